import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const isFree = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/**
 * Node-RED takes seconds to listen, and again after each restart. Meanwhile the system would lend a port of its own range
 * (32768 and up) to any outgoing connection; below it, what is free stays free.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + randomInt(10_000)
    if (await isFree(port)) return port
  }
}
