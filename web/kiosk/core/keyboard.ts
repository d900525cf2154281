import { onMounted, onUnmounted } from 'vue'
import { type Heard, HOLD_MS, IDLE, press, quiet } from './wedge.ts'

export type Keyboard = {
  /** Keys that a hand pressed go to the pad that was put up last. Returns how to stop. */
  readonly listen: (onKey: (key: string) => void) => () => void
}

/** GS1's separator has no key: scanners type it as Ctrl+]. Other combinations are the browser's. */
const keyOf = ({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): string | null => {
  if (ctrlKey && key === ']') return '\x1d'
  return ctrlKey || altKey || metaKey ? null : key
}

/** Keys of a real keyboard, told apart from a scanner that plays one. */
export const createKeyboard = (onScan: (text: string) => void): Keyboard => {
  const pads: ((key: string) => void)[] = []
  let wedge = IDLE
  let timer: ReturnType<typeof setTimeout> | undefined
  const take = (heard: Heard): void => {
    wedge = heard.wedge
    for (const key of heard.typed) pads.at(-1)?.(key)
    if (heard.scan !== null) onScan(heard.scan)
  }
  addEventListener(
    'keydown',
    event => {
      const { target, timeStamp } = event
      const key = keyOf(event)
      // The demo's own text field is for typing.
      if (target instanceof HTMLInputElement || key === null) return
      const scanEnds = key === 'Enter' && wedge.held.length > 0
      // Enter and space of a person press the button that has the focus; those of a scanner must not.
      if (target instanceof HTMLButtonElement && !scanEnds && (key === 'Enter' || key === ' ')) return
      if (scanEnds) event.preventDefault()
      clearTimeout(timer)
      take(press(wedge, key, timeStamp))
      if (wedge.held.length > 0) timer = setTimeout(() => take(quiet(wedge)), HOLD_MS)
    },
    { capture: true },
  )
  return {
    listen: onKey => {
      pads.push(onKey)
      return () => {
        pads.splice(pads.indexOf(onKey), 1)
      }
    },
  }
}

/** For a pad: hears keys as long as it is on the screen. */
export const useKeys = (keyboard: Keyboard, onKey: (key: string) => void): void => {
  let stop = (): void => {}
  onMounted(() => {
    stop = keyboard.listen(onKey)
  })
  onUnmounted(() => stop())
}
