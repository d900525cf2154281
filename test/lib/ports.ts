import { createServer } from 'node:net'

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

let next = 10_000 + ((process.pid * 16) % 20_000)

/**
 * A port that stays free while its server is away. One from port 0 does not: it is of the range out of which the system
 * serves every other test's listeners and connections, and even the client that calls it while nobody listens.
 */
export const quietPort = async (): Promise<number> => {
  for (;;) {
    const port = next++
    if (await isFree(port)) return port
  }
}
