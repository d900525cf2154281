import { type Ref, shallowRef } from 'vue'
import type { SecondView } from '#cloud-sync/contract/edge-people.ts'
import type { Action } from '#domain/people/actions.ts'
import { ApiFailure } from '../../shared/api.ts'
import type { Runner } from './runner.ts'

export type SecondAsk = {
  readonly act: Action
  /** What is signed, in words: shown above the names. */
  readonly what: string
  readonly settle: (signed: SecondView | null) => void
}
export type Second = {
  readonly secondAsk: Readonly<Ref<SecondAsk | null>>
  /** Puts the dialog up. Null = nobody signed. */
  readonly askSecond: (act: Action, what: string) => Promise<SecondView | null>
  /** Sends; where the agent answers that a second person must sign for `act`, asks for one and sends again. */
  readonly withSecond: (
    act: Action,
    what: string,
    send: (second?: string) => Promise<void>,
  ) => Promise<boolean>
}

const NEEDED = 'E_SECOND'

export const createSecond = ({ run }: Runner): Second => {
  const secondAsk = shallowRef<SecondAsk | null>(null)
  const askSecond = (act: Action, what: string): Promise<SecondView | null> => {
    secondAsk.value?.settle(null)
    return new Promise(resolve => {
      const settle = (signed: SecondView | null): void => {
        if (secondAsk.value?.settle === settle) secondAsk.value = null
        resolve(signed)
      }
      secondAsk.value = { act, what, settle }
    })
  }
  return {
    secondAsk,
    askSecond,
    withSecond: async (act, what, send) => {
      let needed = false
      const sent = await run(async () => {
        try {
          await send()
        } catch (error) {
          if (!(error instanceof ApiFailure && error.code === NEEDED)) throw error
          needed = true
        }
      })
      if (!needed) return sent
      const signed = await askSecond(act, what)
      return signed !== null && run(() => send(signed.ticket))
    },
  }
}
