import { connect, createServer, type Socket } from 'node:net'

/** A cable between the townships and the centre that can be pulled: real sockets, really cut. */
export type Relay = { readonly port: number; cut(): void; mend(): void; close(): Promise<void> }

export const startRelay = async (target: number): Promise<Relay> => {
  const sockets = new Set<Socket>()
  let whole = true
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer(near => {
    keep(near)
    if (!whole) {
      near.destroy()
      return
    }
    const far = connect(target, '127.0.0.1')
    keep(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const drop = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut: () => {
      whole = false
      drop()
    },
    mend: () => {
      whole = true
    },
    close: () => {
      drop()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
