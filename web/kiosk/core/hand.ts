import { type Ref, ref, shallowRef } from 'vue'

/** What the simulated cabinet shows to the demo's hand: GET {handUrl}/hand. */
export type HandView = {
  readonly drawers: readonly {
    readonly id: string
    readonly drug: string
    readonly units: number
    readonly position: 'open' | 'closed'
    readonly latched: boolean
    readonly grams: number
  }[]
  readonly fridge: { readonly celsius: number; readonly doorOpen: boolean; readonly mains: boolean }
}
export type HandFailure = { readonly code: string; readonly message: string }

export type Hand = {
  readonly view: Readonly<Ref<HandView | null>>
  readonly failure: Ref<HandFailure | null>
  readonly look: () => Promise<void>
  readonly drawer: (id: string, act: 'take' | 'put' | 'open' | 'close') => Promise<void>
  readonly fridge: (change: { readonly mains?: boolean; readonly doorOpen?: boolean }) => Promise<void>
}

const isFailure = (body: unknown): body is HandFailure =>
  typeof body === 'object' && body !== null && 'code' in body && 'message' in body

/** Demo only. Not the agent's API: its errors are one plain text. */
export const createHand = (url: string): Hand => {
  const view = shallowRef<HandView | null>(null)
  const failure = ref<HandFailure | null>(null)

  const ask = async (path: string, body?: unknown): Promise<void> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${url}${path}`, body === undefined ? {} : init).catch(() => null)
    const answer: unknown = await response?.json().catch(() => null)
    if (response?.ok) {
      view.value = answer as HandView
      if (body !== undefined || failure.value?.code === 'E_HAND_AWAY') failure.value = null
    } else {
      failure.value = isFailure(answer) ? answer : { code: 'E_HAND_AWAY', message: '' }
    }
  }

  return {
    view,
    failure,
    look: () => ask('/hand'),
    drawer: (id, act) =>
      ask(
        `/hand/drawers/${encodeURIComponent(id)}/${act}`,
        act === 'take' || act === 'put' ? { units: 1 } : {},
      ),
    fridge: change => ask('/hand/fridge', change),
  }
}
