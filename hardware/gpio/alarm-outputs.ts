import type { OutputLine } from './lines.ts'
import { type AlarmOutputs, STALLED_MS } from './messages.ts'

/** Half a period of flashing: 1 Hz. */
const FLASH_MS = 500
/** A siren that nobody can silence gets its wires cut. */
export const SIREN_HOLD_MS = 10 * 60_000

export const SILENT: AlarmOutputs = { beacon: 'off', siren: false }

/**
 * What lamp and siren show. An alarm must not be silenced for ever by an agent that hangs, nor may a siren howl for ever:
 * while the agent is silent the lamp is lit steadily, as nobody watches over the cabinet, and a siren that sounds goes
 * on for SIREN_HOLD_MS. Both follow the agent's orders again as soon as it is back.
 */
export const alarmLevels = (
  ordered: AlarmOutputs,
  { now, agentSilentMs }: { readonly now: number; readonly agentSilentMs: number },
): { readonly beacon: boolean; readonly siren: boolean } => ({
  beacon:
    agentSilentMs > STALLED_MS ||
    ordered.beacon === 'steady' ||
    (ordered.beacon === 'flashing' && Math.floor(now / FLASH_MS) % 2 === 0),
  siren: ordered.siren && agentSilentMs < SIREN_HOLD_MS,
})

/**
 * What stays on the lines after the guard. `orderly`: both off. When the agent died: the siren off, as the next agent
 * sounds it again for what is still open, and the lamp lit until there is one (a line keeps its level in the kernel).
 */
export const levelsAfter = (orderly: boolean): { readonly beacon: boolean; readonly siren: boolean } => ({
  beacon: !orderly,
  siren: false,
})

/** Writes only what changes. */
export const followLevels = (lines: {
  readonly beacon?: OutputLine | undefined
  readonly siren?: OutputLine | undefined
}) => {
  let last = { beacon: false, siren: false }
  return (levels: { readonly beacon: boolean; readonly siren: boolean }): void => {
    if (levels.beacon !== last.beacon) lines.beacon?.set(levels.beacon)
    if (levels.siren !== last.siren) lines.siren?.set(levels.siren)
    last = levels
  }
}
