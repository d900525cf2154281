import { lineClosed, lineDown } from '../error.ts'
import { createListeners, type Line } from './line.ts'

/** Two ends of one wire in memory. Chunks arrive in order, in a later microtask, as from a real wire. */
export const memoryLine = (): readonly [near: Line, far: Line] => {
  const ends = [0, 1].map(() => ({ data: createListeners<Uint8Array>(), ended: createListeners<void>() }))
  const [near, far] = ends as [(typeof ends)[number], (typeof ends)[number]]
  let up = true
  const closeBoth = async (): Promise<void> => {
    if (!up) return
    up = false
    near.ended.tell()
    far.ended.tell()
  }
  const end = (mine: typeof near, other: typeof near): Line => {
    let closedByUs = false
    return {
      send: async bytes => {
        if (closedByUs) throw lineClosed('memory')
        if (!up) throw lineDown('memory')
        const copy = Uint8Array.from(bytes)
        queueMicrotask(() => up && other.data.tell(copy))
      },
      onData: mine.data.add,
      onClose: mine.ended.add,
      close: () => {
        closedByUs = true
        return closeBoth()
      },
    }
  }
  return [end(near, far), end(far, near)]
}
