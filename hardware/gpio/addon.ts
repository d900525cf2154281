import { spawnSync } from 'node:child_process'

const resolve = (): string | undefined => {
  try {
    return import.meta.resolve('onoff')
  } catch {
    // An optional dependency, and it was left out.
    return undefined
  }
}

/** Whether onoff can be loaded on this machine. Tried in a process of its own: the guard alone loads it for good. */
export const gpioAddonWorks = (): boolean => {
  const onoff = resolve()
  if (onoff === undefined) return false
  const load = `await import(${JSON.stringify(onoff)})`
  return (
    spawnSync(process.execPath, ['--input-type=module', '--eval', load], { stdio: 'ignore' }).status === 0
  )
}
