import { readFile } from 'node:fs/promises'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import { MINUTE } from '#domain/time.ts'
import type { Monitor } from './monitor.ts'

/** How long a reading of this file may stand before the next: what the file's interval asks of the detection, ms. */
export const replayInterval = async (file: string): Promise<number> =>
  parseFridgeTag(await readFile(file, 'utf8')).intervalMinutes * MINUTE

type Replayable = Pick<Monitor, 'take' | 'heardTo' | 'keep'>

/**
 * Plays a logger's export through a monitor, as fast as it goes. Each reading is marked `replay`: in the journal and
 * at the centre it can never pass for a measurement. After a restart it goes on from the last excursion, so that none is told twice.
 * Errors: those of the parser, with the line.
 */
export const replay = async (file: string, monitor: Replayable, onReading: () => void): Promise<void> => {
  const { readings } = parseFridgeTag(await readFile(file, 'utf8'))
  const done = monitor.heardTo() ?? Number.NEGATIVE_INFINITY
  for (const { at, celsius } of readings) {
    if (at > done) await monitor.take({ ok: true, celsius, at: new Date(at), source: 'replay' })
    onReading()
  }
  monitor.keep()
}
