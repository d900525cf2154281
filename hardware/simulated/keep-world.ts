import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { atomicWrite } from '../atomic-write.ts'
import type { SensorFiles } from './sensor-files.ts'
import { createSaver, readWorldState } from './state-file.ts'
import type { CabinetWorld } from './world.ts'

export type KeptWorld = {
  /** Ends when goods, latches, heat and sensors' files of this moment are written. */
  readonly saved: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Takes up the world where `<dataDir>/world.json` left it, lets time pass in it, and writes down every change. */
export const keepWorld = async (
  world: CabinetWorld,
  files: SensorFiles,
  dataDir: string,
): Promise<KeptWorld> => {
  await mkdir(dataDir, { recursive: true })
  const path = join(dataDir, 'world.json')
  const before = await readWorldState(path)
  if (before !== undefined) world.restore(before)
  const saveState = createSaver(() => atomicWrite(path, JSON.stringify(world.save())))
  const saveFiles = createSaver(files.refresh)
  const saved = async (): Promise<void> => {
    await Promise.all([saveState(), saveFiles()])
  }
  await saved()
  // A full disk must not end the simulated cabinet; the hand's own request reports it.
  const stopListening = world.onChange(() => void saved().catch(() => {}))
  const ticking = setInterval(() => {
    world.advance(files.everyMs)
    saveFiles().catch(() => {})
  }, files.everyMs)
  return {
    saved,
    close: async () => {
      clearInterval(ticking)
      stopListening()
      await saved()
    },
  }
}
