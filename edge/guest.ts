import type { SiteView } from '#cloud-sync/contract/edge-api.ts'
import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { YaoguiError } from '#domain/error.ts'
import type { Agent } from './agent.ts'

export type EditorPerson = { readonly username: string; readonly role: PersonView['role'] }
type Difference = {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

/** What the agent offers its guest, Node-RED: a reader's account, a narrow token, and answers about people. */
export type GuestOptions = {
  readonly dataDir: string
  readonly port: number
  readonly mqttUrl: string
  readonly mqttUser: string
  readonly mqttPassword: string
  readonly agentUrl: string
  readonly agentToken: string
  readonly log: Agent['log']
  readonly onSave: (save: {
    readonly user: string
    readonly version: number
    readonly difference: Difference
  }) => Promise<void>
  readonly onRefused: (refused: { readonly user: string; readonly code: string }) => Promise<void>
  readonly verifyEditorToken: (token: string) => Promise<EditorPerson | null>
  readonly verifyEditorLogin: (user: string, pin: string) => Promise<EditorPerson | null>
  readonly findEditorUser: (user: string) => Promise<EditorPerson | null>
}

export type GuestHost = {
  status(): Exclude<SiteView['flows'], 'off'>
  onStatus(callback: () => void): unknown
  stop(): Promise<void>
}
/** The composition root brings the guest; the agent does not know Node-RED. */
export type StartGuest = (options: GuestOptions) => Promise<GuestHost>

/** A person of this site as the editor sees one; a first PIN must be changed at the kiosk before. */
const editorPerson = ({ id, role, mustChangePin }: PersonView): EditorPerson | null =>
  mustChangePin ? null : { username: id, role }

const orNull = (look: () => PersonView): EditorPerson | null => {
  try {
    return editorPerson(look())
  } catch (error) {
    if (error instanceof YaoguiError) return null
    throw error
  }
}

type Options = Pick<GuestOptions, 'dataDir' | 'port' | 'mqttPassword' | 'agentUrl' | 'agentToken'> & {
  readonly agent: Agent
  readonly mqttPort: number
  readonly start: StartGuest
}

/** Starts the guest. Deploys are journaled before they count; logins go through the agent's own lock-out. */
export const startGuest = async ({ agent, mqttPort, start, ...rest }: Options): Promise<GuestHost> => {
  const { people, journal, log, changes } = agent
  const guest = await start({
    ...rest,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    mqttUser: 'flows',
    log,
    onSave: async ({ user, version, difference: { added, removed, changed } }) =>
      void journal.append([
        {
          kind: 'flow.deployed',
          data: { user, version, added: added.length, removed: removed.length, changed: changed.length },
        },
      ]),
    onRefused: async data => void journal.append([{ kind: 'flow.refused', data }]),
    verifyEditorToken: async token => orNull(() => people.who(token, { touch: false })),
    verifyEditorLogin: async (user, pin) => orNull(() => people.authenticate(user, pin)),
    findEditorUser: async user => {
      const person = people.list().find(({ id }) => id === user)
      return person ? editorPerson(person) : null
    },
  })
  guest.onStatus(() => changes.tell('site'))
  return guest
}
