import { moveView, type View, zoomView } from './view.ts'

type Finger = { readonly id: number; readonly x: number }

/**
 * Wheel and fingers over a chart: a wheel zooms where it points, one finger moves, two fingers zoom. A mouse that drags
 * chooses a window: uPlot's own. Returns how to end it.
 */
export const listenToHands = (
  over: HTMLElement,
  current: () => View,
  onView: (view: View) => void,
): (() => void) => {
  const ending = new AbortController()
  const { signal } = ending
  let fingers: readonly Finger[] = []

  const timeAt = (x: number): number => {
    const { left, width } = over.getBoundingClientRect()
    const { from, to } = current()
    return from + ((x - left) / width) * (to - from)
  }

  const pinch = (before: readonly Finger[], after: readonly Finger[]): void => {
    const [a, b] = before
    const [c, d] = after
    if (!a || !c) return
    const { from, to } = current()
    const perPixel = (to - from) / over.getBoundingClientRect().width
    if (!b || !d) {
      onView(moveView(current(), (a.x - c.x) * perPixel, Date.now()))
      return
    }
    const [wide, now] = [Math.abs(a.x - b.x), Math.abs(c.x - d.x)]
    // Fingers that meet would zoom without end.
    if (wide < 20 || now < 20) return
    const moved = moveView(current(), ((a.x + b.x - c.x - d.x) / 2) * perPixel, Date.now())
    onView(zoomView(moved, wide / now, timeAt((c.x + d.x) / 2), Date.now()))
  }

  const onTouch = (type: string, handler: (event: PointerEvent) => void): void =>
    over.addEventListener(
      type,
      event => {
        if (event instanceof PointerEvent && event.pointerType !== 'mouse') handler(event)
      },
      { signal },
    )
  // The page must not scroll away under a finger that moves the chart sideways.
  over.style.touchAction = 'pan-y'
  onTouch('pointerdown', event => {
    over.setPointerCapture(event.pointerId)
    fingers = [...fingers, { id: event.pointerId, x: event.clientX }].slice(-2)
  })
  onTouch('pointermove', event => {
    if (!fingers.some(({ id }) => id === event.pointerId)) return
    const after = fingers.map(one => (one.id === event.pointerId ? { ...one, x: event.clientX } : one))
    pinch(fingers, after)
    fingers = after
  })
  const lift = (event: PointerEvent): void => {
    fingers = fingers.filter(({ id }) => id !== event.pointerId)
  }
  onTouch('pointerup', lift)
  onTouch('pointercancel', lift)
  over.addEventListener(
    'wheel',
    event => {
      event.preventDefault()
      const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 200)
      onView(zoomView(current(), factor, timeAt(event.clientX), Date.now()))
    },
    { signal, passive: false },
  )
  return () => ending.abort()
}
