import { onTestFinished } from 'vitest'
import { openHistory } from '#cloud-sync/history/open.ts'
import { openJournal, temporaryDir } from './edge-journal.ts'

/** A journal and a history in a folder of their own, closed with the test that is running. */
export const ownColdJournal = async () => {
  const dir = temporaryDir()
  const held = openJournal(dir.path)
  const history = await openHistory({ dataDir: dir.path })
  onTestFinished(async () => {
    await history.close()
    held.close()
    dir.remove()
  })
  return { dir, held, history }
}
export type ColdJournal = Awaited<ReturnType<typeof ownColdJournal>>
