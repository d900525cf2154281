/** A program that holds a cabinet as the agent does, `openHardware` and nothing else, and does what a test tells it. */
import { readFileSync } from 'node:fs'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'

export type Tell =
  | { readonly do: 'pulse'; readonly drawer: string }
  /** And, if that fails, at once another one. Gives how each failed. */
  | { readonly do: 'pulse-or-next'; readonly drawer: string; readonly next: string }
  | { readonly do: 'state'; readonly drawer: string }
  | { readonly do: 'alarm'; readonly beacon: 'off' | 'steady' | 'flashing'; readonly siren: boolean }
  | { readonly do: 'mains' }
  | { readonly do: 'status' }
  | { readonly do: 'block'; readonly ms: number }
  | { readonly do: 'throw' }
  | { readonly do: 'reject' }
  | { readonly do: 'exit' }
  | { readonly do: 'close' }

const words = (error: unknown): object => {
  const { code, kind } = error as { readonly code?: string; readonly kind?: string }
  return { code: code ?? String(error), kind }
}

const checked = checkPlan(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
if (!checked.ok) throw new Error(JSON.stringify(checked.problems))

const open = async () => {
  try {
    return await openHardware(checked.plan, {
      clock: () => new Date(),
      log: { info: () => {}, warn: () => {} },
    })
  } catch (error) {
    process.send?.({ opened: false, error: words(error) }, undefined, undefined, () => process.exit(1))
    // Until that is said.
    return new Promise<never>(() => {})
  }
}
const hardware = await open()

const lockOf = (drawer: string) => {
  const found = hardware.drawers.get(drawer)
  if (found === undefined) throw new Error(`no drawer ${drawer}`)
  return found
}

const obey = async (tell: Tell): Promise<unknown> => {
  if (tell.do === 'pulse') return lockOf(tell.drawer).lock.pulse(lockOf(tell.drawer).pulse)
  if (tell.do === 'pulse-or-next') {
    const pulse = (drawer: string) => lockOf(drawer).lock.pulse(lockOf(drawer).pulse)
    const first = await pulse(tell.drawer).catch(words)
    return [first, await pulse(tell.next).catch(words)]
  }
  if (tell.do === 'state') return lockOf(tell.drawer).lock.state()
  if (tell.do === 'alarm')
    return Promise.all([hardware.beacon?.show(tell.beacon), hardware.siren?.sound(tell.siren)])
  if (tell.do === 'mains') return hardware.mains?.state()
  if (tell.do === 'status') return hardware.gpioStatus?.()
  if (tell.do === 'throw')
    setImmediate(() => {
      throw new Error('asked to')
    })
  if (tell.do === 'reject') void Promise.reject(new Error('asked to'))
  if (tell.do === 'exit') process.exit(0)
  if (tell.do === 'block') {
    const until = performance.now() + tell.ms
    while (performance.now() < until);
  }
  if (tell.do === 'close') {
    await hardware.close()
    process.disconnect()
  }
  return undefined
}

process.on('message', ({ id, tell }: { readonly id: number; readonly tell: Tell }) => {
  obey(tell).then(
    value => process.connected && process.send?.({ id, value }),
    error => process.connected && process.send?.({ id, error: words(error) }),
  )
})
// A test that is gone leaves nobody behind.
process.once('disconnect', () => process.exit())
process.send?.({ opened: true })
