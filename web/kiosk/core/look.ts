import type { IconName } from '../parts/icons.ts'

/** Colour and icon of a state; the word always stands beside them. */
export type Tone = 'ok' | 'warning' | 'error' | 'info' | 'idle'
export type Look = { readonly tone: Tone; readonly icon: IconName }
