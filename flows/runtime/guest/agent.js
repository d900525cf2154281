/**
 * The line to the agent.
 * @typedef {object} Agent
 * @property {(what: string, ...args: unknown[]) => Promise<any>} ask rejects with `{code, status, message}`
 * @property {(message: object) => void} tell
 */

/**
 * @param {{ onShutdown: () => void }} options
 * @returns {Agent}
 */
export const connectAgent = ({ onShutdown }) => {
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map()
  let lastId = 0

  process.on('message', message => {
    if (message.kind === 'shutdown') return onShutdown()
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.kind === 'answer') asked?.resolve(message.value)
    if (message.kind === 'refusal') {
      const { code, status } = message
      asked?.reject(Object.assign(new Error(message.message), { code, status }))
    }
  })
  // A guest does not outlive the house.
  process.on('disconnect', () => process.exit(0))

  return {
    ask: (what, ...args) =>
      new Promise((resolve, reject) => {
        lastId += 1
        waiting.set(lastId, { resolve, reject })
        process.send({ kind: 'ask', id: lastId, what, args })
      }),
    tell: message => process.send(message),
  }
}
