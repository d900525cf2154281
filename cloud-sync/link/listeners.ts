import { codeOf } from '#domain/error.ts'
import type { Log, Unsubscribe } from './port.ts'

export type Listeners<T> = {
  add(callback: (value: T) => void): Unsubscribe
  emit(value: T): void
}

/** A list of callbacks. One that throws is logged and does not keep the others, or the socket, from going on. */
export const createListeners = <T>(log: Log): Listeners<T> => {
  const callbacks = new Set<(value: T) => void>()
  return {
    add(callback) {
      callbacks.add(callback)
      return () => void callbacks.delete(callback)
    },
    emit(value) {
      for (const callback of [...callbacks]) {
        try {
          callback(value)
        } catch (error) {
          log.warn({ code: codeOf(error), err: error }, 'a listener of the link failed')
        }
      }
    },
  }
}
