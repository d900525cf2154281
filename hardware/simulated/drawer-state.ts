/** Later than any time of the world's clock. */
export const NOT_TRAVELLED = Number.MAX_SAFE_INTEGER

/**
 * `goods`: the weight of every unit, in grams. `releasedAt`: when the latch last let go, in ms of the world's clock;
 * `NOT_TRAVELLED` while the drawer sits on its open latch.
 */
export type DrawerState = {
  readonly drug: string
  readonly goods: readonly number[]
  readonly latched: boolean
  readonly releasedAt: number
}
