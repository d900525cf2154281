import type { AlarmView } from '#cloud-sync/contract/edge-alarms.ts'
import type { Beacon, GpioStatus, Siren } from '#hardware/ports.ts'
import type { Alarms } from './alarms.ts'
import type { Mains } from './mains.ts'

type Parts = {
  readonly alarms: Alarms
  readonly hardware: {
    readonly beacon?: Beacon
    readonly siren?: Siren
    gpioStatus?(): GpioStatus
  }
  readonly mains: Mains
  /** A test of lamp and siren is under way. */
  readonly testing?: () => boolean
}

type Shown = { readonly pattern: 'off' | 'steady' | 'flashing'; readonly sound: boolean }

/** An alarm nobody has acknowledged flashes and sounds; an acknowledged one stays lit until its cause is gone. */
const wanted = (alarms: readonly AlarmView[], testing: boolean): Shown => {
  if (testing) return { pattern: 'flashing', sound: true }
  const open = alarms.filter(({ level, clearedAt }) => level === 'alarm' && clearedAt === null)
  if (open.length === 0) return { pattern: 'off', sound: false }
  const unheard = open.some(({ acknowledgedBy }) => acknowledgedBy === null)
  return { pattern: unheard ? 'flashing' : 'steady', sound: unheard }
}

const watchGuard = ({ alarms, hardware }: Parts): void => {
  const status = hardware.gpioStatus?.()
  if (status?.state === 'ready') alarms.clear('gpio-guard')
  if (status?.state !== 'down') return
  const { zh, en } = status.lastError?.wording ?? { zh: '', en: '' }
  alarms.raise({
    id: 'gpio-guard',
    kind: 'gpio-guard',
    level: 'alarm',
    zh: `引脚守护进程停止，GPIO 抽屉暂不能开锁 ${zh}`.trim(),
    en: `the GPIO guard is down, drawers on pins cannot be unlocked ${en}`.trim(),
  })
}

/**
 * The alarm on the spot (GSP 附录3): lamp and siren follow the open alarms with no screen and no network, and the mains
 * and the guard of the pins are watched. Call the result regularly; it also runs at every change of an alarm. What could
 * not be switched is tried again at the next call.
 */
export const createLocalAlarm = (parts: Parts): (() => Promise<void>) => {
  const { alarms, hardware, mains, testing = () => false } = parts
  let shown: Shown | undefined
  const show = async (): Promise<void> => {
    const next = wanted(alarms.list(), testing())
    if (shown?.pattern === next.pattern && shown.sound === next.sound) return
    // Forgotten first: of two that were under way at once the later one is right, and a failed one is tried again.
    shown = undefined
    await Promise.all([hardware.beacon?.show(next.pattern), hardware.siren?.sound(next.sound)])
    shown = next
  }
  alarms.onChange(() => void show().catch(() => {}))
  return async () => {
    watchGuard(parts)
    await mains.poll()
    await show().catch(error => {
      // While the guard is down that is what is told, and not each second in the log.
      if (hardware.gpioStatus?.().state !== 'down') throw error
    })
  }
}
