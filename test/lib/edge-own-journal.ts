import { onTestFinished } from 'vitest'
import { openJournal, temporaryDir } from './edge-journal.ts'

export type TestJournal = ReturnType<typeof openJournal>

/** A journal on disk for one test, gone with it. */
export const ownJournal = (): TestJournal => {
  const dir = temporaryDir()
  const held = openJournal(dir.path)
  onTestFinished(() => {
    held.close()
    dir.remove()
  })
  return held
}
