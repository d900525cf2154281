/** Remembers how to close what was opened, in the reverse order. */
export const createClosers = () => {
  const tasks: (() => unknown)[] = []
  return {
    /** Remembers how to close what was just opened. */
    add: (close: () => unknown): void => void tasks.push(close),
    /** Last opened, first closed; what cannot be closed does not keep the rest open. Gives the first error. */
    close: async (): Promise<unknown> => {
      const errors: unknown[] = []
      for (let task = tasks.pop(); task; task = tasks.pop())
        try {
          await task()
        } catch (error) {
          errors.push(error)
        }
      return errors[0]
    },
  }
}

export type Closers = ReturnType<typeof createClosers>
