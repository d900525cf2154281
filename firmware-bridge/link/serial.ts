import { realpath } from 'node:fs/promises'
import type { SerialPort } from 'serialport'
import { lineClosed, lineDown, lineLost, lineOpenFailed } from '../error.ts'
import { createListeners, type Line } from './line.ts'

const portLine = (port: SerialPort, name: string): Line => {
  const data = createListeners<Uint8Array>()
  const ended = createListeners<void>()
  let closedByUs = false
  port.on('data', (chunk: Buffer) => data.tell(chunk))
  port.on('error', () => {})
  port.once('close', () => ended.tell())
  return {
    where: name,
    send: bytes =>
      new Promise((resolve, reject) => {
        if (closedByUs) return reject(lineClosed(name))
        if (!port.isOpen) return reject(lineDown(name))
        port.write(Buffer.from(bytes))
        port.drain(error => (error ? reject(lineLost(name, error)) : resolve()))
      }),
    onData: data.add,
    onClose: ended.add,
    close: () =>
      new Promise(resolve => {
        closedByUs = true
        if (!port.isOpen) return resolve()
        port.close(() => resolve())
      }),
  }
}

export type SerialLineOptions = { readonly path: string; readonly baudRate: number }

/**
 * Opens a serial port, 8N1, exclusively. `path` should be one below /dev/serial/by-id or by-path: ttyUSB0 and ttyUSB1 may
 * have changed places after a restart, and the lock board would hear what was meant for the scales. It is followed anew at
 * each opening, as a replugged adapter is another ttyUSB. Rejects with E_LINE_OPEN, transient (a USB adapter may come back).
 *
 * The native library is loaded on first use: a cabinet behind TCP gateways never needs it.
 * `hupcl: false` keeps DTR up at close, as some boards take its fall for a reset.
 */
export const openSerialLine = async ({ path, baudRate }: SerialLineOptions): Promise<Line> => {
  let name = `serial ${path} ${baudRate}`
  try {
    const device = await realpath(path)
    if (device !== path) name = `serial ${path} → ${device} ${baudRate}`
    const { SerialPort } = await import('serialport')
    const port = new SerialPort({ path, baudRate, autoOpen: false, hupcl: false })
    await new Promise<void>((resolve, reject) => port.open(error => (error ? reject(error) : resolve())))
    return portLine(port, name)
  } catch (cause) {
    throw lineOpenFailed(name, cause)
  }
}
