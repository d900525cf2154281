import { systemLineClock } from '#firmware-bridge/link/clock.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import type { Line } from '#firmware-bridge/link/line.ts'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { createResponseFramer } from '#firmware-bridge/protocols/modbus-scale/codec.ts'

/** What the package `serialport` asks of a port, on a line of ours, so that programs that speak through it can be asked. */
export const bindingOn = (line: Line) => {
  let heard = Buffer.alloc(0)
  let waiting: { give: () => void; cancel: (error: Error) => void } | undefined
  line.onData(bytes => {
    heard = Buffer.concat([heard, bytes])
    waiting?.give()
  })
  const read = (buffer: Buffer, offset: number, length: number) =>
    new Promise<{ buffer: Buffer; bytesRead: number }>((resolve, reject) => {
      const give = (): void => {
        const bytesRead = heard.copy(buffer, offset, 0, length)
        heard = heard.subarray(bytesRead)
        waiting = undefined
        resolve({ buffer, bytesRead })
      }
      if (heard.length > 0) give()
      else waiting = { give, cancel: reject }
    })
  const port = {
    isOpen: true,
    openOptions: {},
    read,
    write: (buffer: Buffer) => line.send(buffer),
    close: async () => {
      port.isOpen = false
      waiting?.cancel(Object.assign(new Error('closed'), { canceled: true }))
    },
    update: async () => {},
    set: async () => {},
    get: async () => ({ cts: false, dsr: false, dcd: false }),
    getBaudRate: async () => ({ baudRate: 9_600 }),
    flush: async () => {},
    drain: async () => {},
  }
  return { list: async () => [], open: async () => port }
}

/** A master of ours on one end of a wire, and the other end. */
export const masterOnWire = () => {
  const [near, far] = memoryLine()
  const conversation = createConversation(near, {
    framer: createResponseFramer(),
    clock: systemLineClock,
    turnaroundMs: 2,
  })
  return { conversation, far }
}
