import type { AlarmView } from '#cloud-sync/contract/edge-api.ts'
import type { Beacon, GpioStatus, MainsPower, Siren } from '#hardware/ports.ts'
import type { Alarms } from './alarms.ts'

type Parts = {
  readonly alarms: Alarms
  readonly hardware: {
    readonly beacon?: Beacon
    readonly siren?: Siren
    readonly mains?: MainsPower
    gpioStatus?(): GpioStatus
  }
}

type Shown = { readonly pattern: 'off' | 'steady' | 'flashing'; readonly sound: boolean }

/** An alarm nobody has acknowledged flashes and sounds; an acknowledged one stays lit until its cause is gone. */
const wanted = (alarms: readonly AlarmView[]): Shown => {
  const open = alarms.filter(({ level, clearedAt }) => level === 'alarm' && clearedAt === null)
  if (open.length === 0) return { pattern: 'off', sound: false }
  const unheard = open.some(({ acknowledgedBy }) => acknowledgedBy === null)
  return { pattern: unheard ? 'flashing' : 'steady', sound: unheard }
}

const watchMains = async ({ alarms, hardware }: Parts): Promise<void> => {
  // What cannot be read is the guard's fault, which is told as such.
  const state = await hardware.mains?.state().catch(() => undefined)
  if (state === 'present') alarms.clear('mains')
  if (state === 'absent')
    alarms.raise({
      id: 'mains',
      kind: 'mains',
      level: 'alarm',
      zh: '市电中断，冰箱已停止制冷，柜体由电池供电',
      en: 'the mains have failed: the refrigerator does not cool, the cabinet runs on its battery',
    })
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
  const { alarms, hardware } = parts
  let shown: Shown | undefined
  const show = async (): Promise<void> => {
    const next = wanted(alarms.list())
    if (shown?.pattern === next.pattern && shown.sound === next.sound) return
    // Forgotten first: of two that were under way at once the later one is right, and a failed one is tried again.
    shown = undefined
    await Promise.all([hardware.beacon?.show(next.pattern), hardware.siren?.sound(next.sound)])
    shown = next
  }
  alarms.onChange(() => void show().catch(() => {}))
  return async () => {
    watchGuard(parts)
    await watchMains(parts)
    await show().catch(error => {
      // While the guard is down that is what is told, and not each second in the log.
      if (hardware.gpioStatus?.().state !== 'down') throw error
    })
  }
}
