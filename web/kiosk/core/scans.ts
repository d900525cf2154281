import { onMounted, onUnmounted } from 'vue'
import type { ScanView } from '#cloud-sync/contract/edge-scanning.ts'

/** A page that waits for a scan. */
export type ScanTaker = {
  /** Wants the text itself, before the agent sees it (a badge at the login). */
  readonly text?: (text: string) => void
  /** Wants what the agent made of it. False = not for this page: it goes on to the next one. */
  readonly view?: (view: ScanView) => boolean
}
export type Scans = {
  /** The one that was put up last is asked first. Returns how to stop. */
  readonly wait: (taker: ScanTaker) => () => void
  /** A text was read here: by a scanner that plays a keyboard, or in the demo's field. */
  readonly read: (text: string) => Promise<void>
  /** The agent tells what a scanner at the cabinet has read. */
  readonly heard: (view: ScanView) => void
}

type Options = {
  /** Asks the agent what a text is; null = it could not be asked. */
  readonly ask: (text: string) => Promise<ScanView | null>
  /** Something was read, whoever wants it. */
  readonly onRead: (view: ScanView) => void
  /** When no page wants it. */
  readonly otherwise: (view: ScanView) => void
}

export const createScans = ({ ask, onRead, otherwise }: Options): Scans => {
  const takers: ScanTaker[] = []
  const heard = (view: ScanView): void => {
    onRead(view)
    if (!takers.toReversed().some(taker => taker.view?.(view) ?? false)) otherwise(view)
  }
  return {
    wait: taker => {
      takers.push(taker)
      return () => {
        takers.splice(takers.indexOf(taker), 1)
      }
    },
    heard,
    read: async text => {
      const takesText = takers.findLast(taker => taker.text)
      if (takesText?.text) return takesText.text(text)
      const view = await ask(text)
      if (view) heard(view)
    },
  }
}

/** For a page: waits for scans as long as it is on the screen. */
export const useScan = (scans: Scans, taker: ScanTaker): void => {
  let stop = (): void => {}
  onMounted(() => {
    stop = scans.wait(taker)
  })
  onUnmounted(() => stop())
}
