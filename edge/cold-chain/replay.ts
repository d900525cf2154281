import { readFile } from 'node:fs/promises'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import { MINUTE } from '#domain/time.ts'
import type { Monitor } from './monitor.ts'

/** How long a reading of this file may stand before the next: what the file's interval asks of the detection, ms. */
export const replayInterval = async (file: string): Promise<number> =>
  parseFridgeTag(await readFile(file, 'utf8')).intervalMinutes * MINUTE

/**
 * Plays a logger's export through a monitor, as fast as it goes. Each reading is marked `replay`: in the journal and
 * at the centre it can never pass for a measurement. Errors: those of the parser, with the line.
 */
export const replay = async (file: string, monitor: Pick<Monitor, 'take'>): Promise<number> => {
  const { readings } = parseFridgeTag(await readFile(file, 'utf8'))
  for (const { at, celsius } of readings)
    await monitor.take({ ok: true, celsius, at: new Date(at), source: 'replay' })
  return readings.length
}
