import { createServer } from 'node:net'

const listen = (port: number): Promise<number | undefined> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })

/** The wanted port, or another free one if it is taken. */
export const freePort = async (wanted: number): Promise<number> =>
  (await listen(wanted)) ?? (await listen(0)) ?? wanted
