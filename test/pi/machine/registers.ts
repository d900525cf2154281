import { connect } from 'node:net'

/** The machine's physical memory as seen by QEMU, past the guest's kernel and all it believes. */
export interface Registers {
  read(address: number): Promise<number>
  write(address: number, value: number): Promise<void>
  close(): void
}

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`

/** QEMU's qtest protocol: one line asked, one line answered. */
export const openRegisters = (path: string): Promise<Registers> =>
  new Promise((resolve, reject) => {
    const socket = connect(path)
    const waiting: { readonly done: (answer: string) => void; readonly failed: (error: Error) => void }[] = []
    let heard = ''
    const ask = (line: string): Promise<string> =>
      new Promise((done, failed) => {
        waiting.push({ done, failed })
        socket.write(`${line}\n`)
      })
    socket.on('data', chunk => {
      const lines = `${heard}${chunk}`.split('\n')
      heard = lines.pop() ?? ''
      for (const line of lines) waiting.shift()?.done(line)
    })
    socket.once('error', reject)
    socket.once('close', () => {
      for (const { failed } of waiting.splice(0)) failed(new Error('the emulated Pi is gone'))
    })
    const need = (answer: string): string => {
      if (!answer.startsWith('OK')) throw new Error(`QEMU says ${answer}`)
      return answer.slice(3)
    }
    socket.once('connect', () =>
      resolve({
        read: async address => Number(BigInt(need(await ask(`readl ${hex(address)}`))) & 0xffff_ffffn),
        write: async (address, value) => void need(await ask(`writel ${hex(address)} ${hex(value)}`)),
        close: () => socket.destroy(),
      }),
    )
  })
