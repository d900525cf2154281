import { connect, type Socket } from 'node:net'
import { lineClosed, lineDown, lineLost, lineOpenFailed } from '../error.ts'
import { createListeners, type Line } from './line.ts'

/** A gateway that lost its power sends no FIN; probes after this much silence find it out. */
const KEEP_ALIVE_MS = 10_000

/** An open socket as a line; also used for the far end of the wire. */
export const socketLine = (socket: Socket, name: string): Line => {
  const data = createListeners<Uint8Array>()
  const ended = createListeners<void>()
  let closedByUs = false
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  socket.on('data', (chunk: Buffer) => data.tell(chunk))
  // 'close' always follows 'error'; without a listener the error would end the process.
  socket.on('error', () => {})
  socket.once('close', () => ended.tell())
  return {
    where: name,
    send: bytes =>
      new Promise((resolve, reject) => {
        if (closedByUs) return reject(lineClosed(name))
        if (!socket.writable) return reject(lineDown(name))
        socket.write(bytes, error => (error ? reject(lineLost(name, error)) : resolve()))
      }),
    onData: data.add,
    onClose: ended.add,
    // Merely closed, the kernel would go on sending for minutes.
    drop: () => void socket.resetAndDestroy(),
    close: () =>
      new Promise(resolve => {
        closedByUs = true
        if (socket.closed) return resolve()
        socket.once('close', () => resolve())
        socket.destroy()
      }),
  }
}

export type TcpLineOptions = {
  readonly host: string
  readonly port: number
  readonly connectTimeoutMs?: number
}

/** Connects to a serial gateway (or an emulator). Rejects with E_LINE_OPEN, transient. */
export const openTcpLine = ({ host, port, connectTimeoutMs = 2_000 }: TcpLineOptions): Promise<Line> =>
  new Promise((resolve, reject) => {
    const name = `tcp ${host}:${port}`
    const socket = connect({ host, port })
    // Own timer: the kernel's connect timeout is minutes.
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection in ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    )
    const failed = (cause: Error): void => {
      clearTimeout(timer)
      reject(lineOpenFailed(name, cause))
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      clearTimeout(timer)
      const line = socketLine(socket, name)
      socket.off('error', failed)
      resolve(line)
    })
  })
