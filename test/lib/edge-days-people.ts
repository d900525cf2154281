/** What people do at the cabinet of a random day: at its kiosk, with their hands, and to it. */
import type { OperationRequest } from '#cloud-sync/contract/edge-operations.ts'
import { isUnnamed, UNNAMED_LOT } from '#domain/unnamed-lot.ts'
import type { Agent } from '#edge/agent.ts'
import type { Withdrawal } from '#edge/dispensing/state.ts'
import { type Figure, type Operation, TRAITS } from '#edge/operations/state.ts'
import type { Audit } from './edge-days-audit.ts'
import type { Site, Told } from './edge-days-site.ts'
import { DRAWERS, ISSUER, SITE, WITNESS } from './edge-days-template.ts'
import { item, PIN } from './edge-township.ts'

export type Button = 'unlock' | 'again' | 'accept' | 'cancel' | 'enter' | 'witness' | 'review'
/** `lie`: packs by which the figures are not the truth. `by`: nobody said = who began it. */
/** `unnamed`: of a count's surplus nobody can read the lot. */
export type Pressing = { readonly lie?: number; readonly by?: string; readonly unnamed?: boolean }
type Session = Withdrawal | Operation

const isWithdrawal = (one: Session): one is Withdrawal => 'steps' in one
const REASON = '补录'

/** `total` packs over these lots, as somebody would write who cannot tell the lots apart. */
const spread = (lines: readonly { readonly most: number }[], total: number): readonly number[] => {
  let rest = Math.max(0, total)
  return lines.map(({ most }, index) => {
    const own = index === lines.length - 1 ? rest : Math.min(rest, Math.max(0, most))
    rest -= own
    return own
  })
}

export const createPeopleAt = (site: Site, audit: Audit) => {
  const jtis: string[] = []
  let papers = 0
  const unitsIn = (drawer: string): number =>
    site.world.view().drawers.find(({ id }) => id === drawer)?.units ?? 0

  /** Everything that is done passes here: the auditor looks before and after. */
  const doing = async (work: () => Promise<Told> | undefined): Promise<Told> => {
    audit.note()
    const told = (await work()) ?? { code: null, dead: !site.on() }
    audit.check()
    return told
  }
  const asking = (task: (agent: Agent) => unknown): Promise<Told> =>
    doing(async () => {
      await site.boot()
      audit.check()
      audit.note()
      return site.ask(task)
    })
  const ticket = (agent: Agent, act: 'witness' | 'break-glass' | 'downtime' | 'restock', actor: string) =>
    agent.second.sign({ person: WITNESS, pin: PIN }, { act, actor }).ticket
  const signing = (agent: Agent, actor: string) => ({
    person: actor,
    sign: () => agent.second.redeem(ticket(agent, 'downtime', actor), { act: 'downtime', actor }),
  })

  const lied = (figures: readonly number[], lie: number): readonly number[] =>
    figures.map((each, index) => (index === 0 ? Math.max(0, each + lie) : each))

  /** What lies there and no line of the count names: of a drug whose lot nobody can read. */
  const unnamedIn = ({ drawer, kind, lines }: Operation, anyway: boolean): readonly Figure[] => {
    if (kind !== 'count' || lines.some(({ lot }) => isUnnamed(lot))) return []
    const surplus = unitsIn(drawer) - lines.reduce((sum, { ledger }) => sum + Math.max(0, ledger), 0)
    const { drug = '' } = DRAWERS.find(({ id }) => id === drawer) ?? {}
    return surplus > 0 && (anyway || lines.length === 0)
      ? [{ drug, lot: UNNAMED_LOT, quantity: surplus }]
      : []
  }

  const figuresOf = (op: Operation, { lie = 0, unnamed = false }: Pressing): readonly Figure[] => {
    const { drawer, kind, lines } = op
    const found = unnamedIn(op, unnamed)
    const moved = audit.moved(drawer)
    const there = TRAITS[kind].figures === 'there'
    const [first] = lines
    const beside = found.reduce((sum, { quantity }) => sum + quantity, 0)
    const total = there ? unitsIn(drawer) - beside : moved * (Math.sign(first?.promised ?? 0) || -1)
    const said = spread(
      lines.map(({ ledger, promised }) => ({ most: promised === 0 ? ledger : total })),
      total,
    )
    const named = lines.map(({ drug, lot }, index) => ({ drug, lot, quantity: lied(said, lie)[index] ?? 0 }))
    return [...named, ...found]
  }
  const takenOf = (w: Withdrawal, lie: number): Record<string, number> => {
    const taken: Record<string, number> = {}
    for (const drawer of new Set(w.steps.map(step => step.drawer))) {
      const own = w.steps.flatMap((step, index) =>
        step.drawer === drawer ? [{ index, most: step.expected }] : [],
      )
      const said = lied(spread(own, -audit.moved(drawer)), lie)
      own.forEach(({ index }, at) => {
        taken[index] = said[at] ?? 0
      })
    }
    return taken
  }

  const pressWithdrawal = (agent: Agent, w: Withdrawal, button: Button, { lie = 0, by }: Pressing) => {
    const { dispenser } = agent
    const actor = by ?? w.actor
    if (button === 'unlock') return dispenser.unlock(w.session, actor, 'take')
    if (button === 'again') return dispenser.unlock(w.session, actor, 'put-back')
    if (button === 'accept') return dispenser.accept(w.session, actor, REASON)
    if (button === 'cancel') return dispenser.cancel(w.session, actor, REASON)
    if (button === 'review')
      return dispenser.review(w.session, { note: REASON, taken: takenOf(w, lie), actor })
    return undefined
  }
  const pressOperation = (agent: Agent, op: Operation, button: Button, pressing: Pressing) => {
    const { operations } = agent
    const actor = pressing.by ?? op.actor
    const act = (what: Parameters<typeof operations.act>[2]) => operations.act(op.session, actor, what)
    if (button === 'unlock') return act({ do: 'unlock' })
    if (button === 'again') return act({ do: 'reopen' })
    if (button === 'accept' || button === 'cancel') return act({ do: button, reason: REASON })
    if (button === 'enter') return act({ do: 'enter', figures: figuresOf(op, pressing) })
    if (button === 'review') return act({ do: 'review', note: REASON, figures: figuresOf(op, pressing) })
    if (op.phase.at !== 'witness') return undefined
    return act({ do: 'witness', second: ticket(agent, 'witness', actor) })
  }

  const people = {
    audit,
    site,
    jtis,
    unitsIn,
    asking,
    signing,
    /** Looks once more, after nothing but time. */
    look: () => asking(() => {}),
    /** `wait`: hours until it may be fetched. */
    order: (drug: string, quantity: number, hours: number, wait = 0): Promise<Told> =>
      doing(async () => {
        await site.boot()
        audit.check()
        const now = Math.floor(site.trueTime().getTime() / 1_000)
        const jti = `jti-${jtis.length + 1}`
        const patient = { name: '张桂芳', birthYear: 1956 }
        const who = { prescriber: '周敏', reviewers: ['陈静'], rules: 'test' }
        const token = await site.sign({
          ...{ iss: ISSUER, aud: SITE, jti, iat: now, nbf: now + wait * 3_600, exp: now + hours * 3_600 },
          ...{ rx: `RX-${jtis.length + 1}`, kind: 'ordinary', fill: 1, patient, ...who },
          items: [item(drug, quantity)],
        })
        jtis.push(jti)
        return site.order('authorisation', { token })
      }),
    centre: (kind: string, body: unknown): Promise<Told> =>
      doing(async () => {
        await site.boot()
        audit.check()
        return site.order(kind, body)
      }),
    withdraw: (jti: string, actor: string, partial = false): Promise<Told> =>
      asking(agent => agent.dispenser.start(jti, actor, partial ? { partial: REASON } : {})),
    override: (actor: string, quantity: number): Promise<Told> =>
      asking(agent => {
        papers += 1
        const person = agent.people.list().find(({ id }) => id === actor)
        if (!person) throw new Error(`nobody is ${actor}`)
        const items = [{ drug: 'metformin-500', quantity }]
        const paper = { rx: `P-${papers}`, patient: '张桂芳', prescriber: '周敏', items, reason: 'emergency' }
        const { jti, opening } = agent.overrides.prepare(paper, person, () => '')
        return agent.dispenser.start(jti, actor, { opening })
      }),
    operate: (request: OperationRequest, actor: string): Promise<Told> =>
      asking(agent =>
        agent.operations.start(
          request.kind === 'break-glass'
            ? { ...request, second: ticket(agent, 'break-glass', actor) }
            : request,
          actor,
        ),
      ),
    /** The lead takes the drawer out of service that the open session waits for. */
    giveUp: async (): Promise<void> => {
      const one = site.on() ? site.session() : undefined
      const drawer = one && (isWithdrawal(one) ? one.steps[one.current]?.drawer : one.drawer)
      if (!drawer || (one.phase.at !== 'open' && one.phase.at !== 'failed')) return
      await asking(agent =>
        agent.service.set(drawer, 'out-of-service', { actor: 'qian', reason: '锁关不上' }),
      )
      for (let n = 0; n < 2; n += 1) await asking(() => site.time.pass(500))
    },
    press: (button: Button, pressing: Pressing = {}): Promise<Told> =>
      asking(agent => {
        const one = site.session()
        if (!one) return undefined
        return isWithdrawal(one)
          ? pressWithdrawal(agent, one, button, pressing)
          : pressOperation(agent, one, button, pressing)
      }),
    /** Packs into (positive) or out of whatever stands open. */
    move: (quantity: number): Promise<Told> =>
      doing(() => {
        const found = DRAWERS.find(({ id }) => site.positionOf(id) === 'open')
        if (!found) return undefined
        const n = quantity < 0 ? -Math.min(-quantity, unitsIn(found.id)) : quantity
        if (n > 0) site.world.hand.put(found.id, n)
        if (n < 0) site.world.hand.take(found.id, -n)
        return site.on() ? site.ask(() => {}) : undefined
      }),
    shut: (): Promise<Told> =>
      doing(() => {
        for (const { id } of DRAWERS) site.world.hand.close(id)
        return site.on() ? site.ask(() => {}) : undefined
      }),
    /** With a crowbar, or the mechanical key. What no switch can tell is left out: the drift of its weight tells it. */
    force: async (drawer: string, quantity: number): Promise<Told> => {
      const wrong = site.faults.get(drawer)
      if (wrong?.deafSwitch || wrong?.lineDown) return { code: null, dead: !site.on() }
      const n = Math.min(quantity, unitsIn(drawer))
      // Where the power goes meanwhile, nobody may have seen it, or nothing could be written of it.
      if (site.fuse.left !== null || site.diskRefuses()) audit.doubt.add(drawer)
      return asking(() => {
        site.world.drawer(drawer)?.pulse()
        site.time.pass(500)
        if (n > 0) site.world.hand.take(drawer, n)
      })
    },
  }
  return people
}

export type People = ReturnType<typeof createPeopleAt>
