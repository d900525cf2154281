import type { QualityState, Suspicion } from '#domain/cold-chain/quality.ts'
import type { Reading } from '#domain/cold-chain/rule.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { Journal } from '../journal/journal.ts'

type Options = {
  readonly id: string
  readonly name: string
  readonly journal: Journal
  readonly alarms: Alarms
}

const HOUR = 3_600_000

const wordsOf = (suspicion: Suspicion): { readonly zh: string; readonly en: string } => {
  switch (suspicion.what) {
    case 'stuck': {
      const hours = Math.round((suspicion.at - suspicion.since) / HOUR)
      return {
        zh: `读数 ${suspicion.celsius} °C 已 ${hours} 小时没有任何变化，传感器可能失灵`,
        en: `has read ${suspicion.celsius} °C for ${hours} hours without any change: the sensor may be dead`,
      }
    }
    case 'moving-again':
      return { zh: '读数恢复变化', en: 'moves again' }
    case 'jump':
      return {
        zh: `读数从 ${suspicion.from} 跳到 ${suspicion.to} °C`,
        en: `jumped from ${suspicion.from} to ${suspicion.to} °C`,
      }
    case 'clock-set':
      return { zh: '时钟被往回拨', en: 'the clock was set back' }
  }
}

/** `doubt` writes a suspicion down and, where it lasts, warns of it until it is over. */
export const createDoubts = ({ id, name, journal, alarms }: Options) => ({
  /** What an earlier run of the agent has warned of ends when the sensor moves: else nothing would ever end it. */
  toldStuck: (last: Reading): QualityState | null =>
    alarms.isOpen(`stuck-${id}`) ? { last, since: last.at, stuck: true } : null,
  doubt: (suspicion: Suspicion): void => {
    const { what, at } = suspicion
    const { zh, en } = wordsOf(suspicion)
    journal.record({
      kind: 'temperature.suspect',
      data: { thermometer: id, what, at: new Date(at).toISOString(), text: `${zh} / ${en}` },
    })
    if (what === 'moving-again') alarms.clear(`stuck-${id}`)
    if (what === 'stuck') {
      alarms.raise({
        id: `stuck-${id}`,
        kind: 'sensor-stuck',
        level: 'warning',
        zh: `${name}${zh}`,
        en: `${name} ${en}`,
      })
    }
  },
})
