import type { Gpio } from 'onoff'
import { HardwareError } from '../error.ts'
import { SYSFS_GPIO } from './chip.ts'
import { type Lines, lineError, verifyLine } from './lines.ts'
import { lowerLine } from './sysfs.ts'

/**
 * onoff is loaded here and nowhere else, and only in the guard process: its native addon crashes Node 24 when a worker
 * thread ends. Throws E_GPIO_ADDON (permanent).
 */
const loadOnoff = async (): Promise<typeof Gpio> => {
  try {
    return (await import('onoff')).Gpio
  } catch (cause) {
    throw new HardwareError('E_GPIO_ADDON', {
      zh: 'GPIO 组件 onoff/epoll 不可用：请安装 g++ make python3，再执行 node deploy/postinstall.mjs --gpio',
      en: 'the GPIO addon onoff/epoll is not available: install g++ make python3, then run node deploy/postinstall.mjs --gpio',
      cause,
    })
  }
}

const readBack = (gpio: Gpio) => ({
  direction: gpio.direction(),
  activeLow: gpio.activeLow(),
  isHigh: gpio.readSync() === 1,
})

/** The kernel's lines by onoff. Throws E_GPIO_ADDON. */
export const openOnoffLines = async (): Promise<Lines> => {
  const Line = await loadOnoff()
  const open = (line: number, direction: 'in' | 'low'): Gpio => {
    try {
      // 'low' sets level and direction in one step; 'out' would leave to the kernel what the pin shows first.
      return new Line(line, direction, 'none', { activeLow: false })
    } catch (cause) {
      throw lineError(
        line,
        '打不开：可能被其他驱动占用（UART、I²C、SPI、1-wire），或当前用户不在 gpio 组',
        'cannot be opened: taken by another driver (UART, I²C, SPI, 1-wire), or this user is not in the group gpio',
        cause,
      )
    }
  }
  return {
    output: line => {
      const gpio = open(line, 'low')
      verifyLine(line, 'out', readBack(gpio))
      return {
        set: high => gpio.writeSync(high ? 1 : 0),
        isHigh: () => gpio.readSync() === 1,
        drop: () => {
          try {
            gpio.writeSync(0)
            if (gpio.readSync() === 0) return
          } catch {
            // The second way below says whether it is low.
          }
          lowerLine(SYSFS_GPIO, line)
        },
      }
    },
    input: line => {
      const gpio = open(line, 'in')
      verifyLine(line, 'in', readBack(gpio))
      return { isHigh: () => gpio.readSync() === 1 }
    },
  }
}
