import { createServer, type Socket } from 'node:net'

/** Commands in the guest, one after another. */
export interface Shell {
  /** What the command printed. Rejects if its exit code is not 0. */
  run(command: string): Promise<string>
}

const END = /(?:^|\n)=== (\d+)\n/

/** The guest's shell on a socket; what it prints up to a mark of ours is a command's output. */
const shellOn = (socket: Socket): Shell => {
  let heard = ''
  let told: (() => void) | undefined
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk
    told?.()
  })
  socket.on('close', () => told?.())
  socket.on('error', () => {})
  const answered = async (): Promise<RegExpExecArray> => {
    for (;;) {
      const end = END.exec(heard)
      if (end) return end
      if (socket.destroyed) throw new Error('the emulated Pi has hung up')
      await new Promise<void>(resolve => {
        told = resolve
      })
    }
  }
  let turn: Promise<unknown> = Promise.resolve()
  const run = async (command: string): Promise<string> => {
    socket.write(`{ ${command}\n} 2>&1; code=$?; echo; echo "=== $code"\n`)
    const end = await answered()
    const output = heard.slice(0, end.index)
    heard = heard.slice(end.index + end[0].length)
    if (end[1] !== '0') throw new Error(`in the guest: ${command} → ${end[1]}: ${output.trim()}`)
    return output
  }
  return {
    run: command => {
      const mine = turn.then(() => run(command))
      turn = mine.catch(() => {})
      return mine
    },
  }
}

/** Waits for the guest to call in; `port` is what its kernel is told. `close` ends the guest, see guest/init. */
export const awaitShell = (): Promise<{
  readonly port: number
  readonly shell: Promise<Shell>
  close(): void
}> =>
  new Promise((resolve, reject) => {
    const called = Promise.withResolvers<Shell>()
    let guest: Socket | undefined
    const server = createServer(socket => {
      guest = socket
      called.resolve(shellOn(socket))
    })
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address ? address.port : 0,
        shell: called.promise,
        close: () => {
          guest?.destroy()
          server.close()
        },
      })
    })
  })
