import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { HardwareError } from '../error.ts'

/**
 * Makes this process the only holder of the lines below `root`: a name in the kernel's abstract socket space, which goes
 * with the process however it ends. Throws E_GPIO_HELD (transient) while another one has it.
 */
export const holdLines = (root: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const name = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 32)
    const server = createServer(socket => socket.destroy())
    server.once('error', cause =>
      reject(
        new HardwareError('E_GPIO_HELD', {
          zh: '引脚正由另一个进程控制：边缘终端是否已在运行？',
          en: 'the pins are held by another process: is the agent running already?',
          kind: 'transient',
          cause,
        }),
      ),
    )
    server.listen(`\0yaogui-gpio-${name}`, () => {
      server.unref()
      resolve()
    })
  })
