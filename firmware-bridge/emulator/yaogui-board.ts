import { type LineClock, systemLineClock } from '../link/clock.ts'
import { createRequestFramer, encode } from '../protocols/yaogui-board/codec.ts'
import type { FarEnd, Speak } from './far-end.ts'
import { type Body, createFirmware, type Firmware } from './yaogui-board/firmware.ts'
import type { YaoguiBoardWorld } from './yaogui-board/world.ts'

export type { BoardFitting, YaoguiBoardWorld } from './yaogui-board/world.ts'

export type YaoguiBoards = {
  readonly createFarEnd: (speak: Speak) => FarEnd
  /** The board starts anew and knows nothing of earlier orders. Its calibration and what is broken stay. */
  readonly restart: (board: number) => void
  readonly breakDown: (board: number, what: Partial<Pick<Body, 'lowSupply' | 'coilFaults'>>) => void
  /** The lock under power now, 0 for none. */
  readonly coil: (board: number) => number
}

export type YaoguiBoardsOptions = {
  readonly world: YaoguiBoardWorld
  readonly clock?: LineClock
  /** The boot number of a board that starts; a real one takes it from its noise source. */
  readonly drawBoot?: () => number
}

const anyBoot = (): number => 1 + Math.floor(Math.random() * 0xffff_fffe)

/** Our boards on one line, or the one board at the end of its own. Boards outlive connections. */
export const yaoguiBoards = (options: YaoguiBoardsOptions): YaoguiBoards => {
  const { world, clock = systemLineClock, drawBoot = anyBoot } = options
  const bodies = new Map<number, Body>()
  const running = new Map<number, Firmware>()
  const bodyOf = (board: number): Body => {
    const body = bodies.get(board) ?? { memory: new Map(), lowSupply: false, coilFaults: 0 }
    bodies.set(board, body)
    return body
  }
  const start = (board: number): void => {
    const fitting = world.boards.find(each => each.board === board)
    if (fitting === undefined) throw new RangeError(`no board ${board} in this world`)
    running.get(board)?.stop()
    running.set(board, createFirmware({ world, fitting, body: bodyOf(board), clock, boot: drawBoot() }))
  }
  for (const { board } of world.boards) start(board)
  return {
    createFarEnd: speak => {
      const framer = createRequestFramer()
      return heard =>
        framer.push(heard).flatMap(part => {
          if (part.is !== 'frame') return []
          const answer = running.get(part.frame.board)?.hear(part.frame, speak)
          return answer === undefined ? [] : [encode(answer)]
        })
    },
    restart: start,
    breakDown: (board, what) => void Object.assign(bodyOf(board), what),
    coil: board => running.get(board)?.coil() ?? 0,
  }
}
