import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import modbus from 'modbus-serial'
import { afterEach, describe, expect, it } from 'vitest'
import { goodManners, type Manners, serveTcp } from '#firmware-bridge/emulator/far-end.ts'
import { kerongBoards } from '#firmware-bridge/emulator/kerong-cu48.ts'
import { modbusScales } from '#firmware-bridge/emulator/modbus-scale.ts'
import { systemLineClock } from '#firmware-bridge/link/clock.ts'
import { createConversation } from '#firmware-bridge/link/conversation.ts'
import { reopeningLine } from '#firmware-bridge/link/reopen.ts'
import { openSerialLine } from '#firmware-bridge/link/serial.ts'
import { openTcpLine } from '#firmware-bridge/link/tcp.ts'
import { createKerongBus } from '#firmware-bridge/protocols/kerong-cu48/board.ts'
import { createReplyFramer, lockAddress } from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { createScaleBus } from '#firmware-bridge/protocols/modbus-scale/board.ts'
import { createResponseFramer } from '#firmware-bridge/protocols/modbus-scale/codec.ts'
import { scaleMaps } from '#firmware-bridge/protocols/modbus-scale/maps.ts'
import { until } from '#test/lib/hardware-wait.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

const openBoard = async (manners: Manners, echo = false) => {
  const pulses: string[] = []
  const pulse = (board: number, lock: number): void => void pulses.push(`${board}/${lock}`)
  const world = { boards: [0, 1], pulse, closed: (board: number, lock: number) => board === 0 && lock === 7 }
  const served = await serveTcp({ createFarEnd: kerongBoards(world), manners })
  const open = () => openTcpLine({ host: '127.0.0.1', port: served.port })
  const line = reopeningLine({ name: 'board', open, clock: systemLineClock, firstDelayMs: 10 })
  closings.push(served.close, line.close)
  await line.firstAttempt
  const conversation = createConversation(line, {
    framer: createReplyFramer(),
    clock: systemLineClock,
    turnaroundMs: 2,
    echo,
  })
  return { bus: createKerongBus(conversation), stats: conversation.stats, pulses }
}

const scaleWorld = {
  addresses: [1, 2],
  grams: (address: number) => (address === 1 ? -12.34 : 800.5),
  stable: () => true,
}

describe('a lock board over TCP', () => {
  it.each([
    ['well-mannered', {}],
    ['echoing', { echo: true }],
    ['slow', { slowMs: 120 }],
    ['dribbling byte by byte', { chunks: 'bytes', echo: true }],
    ['gluing its echo to the answer', { chunks: 'glued', echo: true }],
  ] as const)('that is %s tells its locks', async (_, manners) => {
    const { bus, stats } = await openBoard({ ...goodManners(), ...manners }, 'echo' in manners)
    expect((await bus.status(0)).hookClosed.indexOf(true)).toBe(6)
    expect(stats()).toMatchObject({ sent: 1, answered: 1, discardedBytes: 0, badChecksums: 0 })
  })

  it('that echoes without being expected to is still understood, the echo counted as noise', async () => {
    const { bus, stats } = await openBoard({ ...goodManners(), echo: true })
    expect((await bus.status(0)).board).toBe(0)
    expect(stats()).toMatchObject({ answered: 1, discardedBytes: 6 })
  })

  it('whose answer is corrupt is asked again, and its bad checksum counted', async () => {
    const { bus, stats } = await openBoard({ ...goodManners(), corruptReplies: 1 })
    expect((await bus.status(0)).board).toBe(0)
    expect(stats()).toMatchObject({ sent: 2, answered: 1, badChecksums: 1 })
  })

  it('that turns deaf gives a transient error, and answers on a new connection when it hears again', async () => {
    const manners = goodManners()
    const { bus, pulses } = await openBoard(manners)
    manners.deaf = true
    await bus.unlock(lockAddress({ board: 0, lock: 7 }))
    await expect(bus.status(0)).rejects.toMatchObject({ code: 'E_NO_ANSWER', kind: 'transient' })
    manners.deaf = false
    await until('the board to answer', async () => {
      const status = await bus.status(0).catch(() => undefined)
      return status?.board === 0
    })
    expect(pulses).toEqual([])
  })

  it('serves many callers at once, each with his own answer', async () => {
    const { bus, pulses } = await openBoard({ ...goodManners(), slowMs: 5 })
    const asks = Array.from({ length: 10 }, (_, at) => bus.status(at % 2))
    await bus.unlock(lockAddress({ board: 1, lock: 3 }))
    expect((await Promise.all(asks)).map(({ board }) => board)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    // The unlock has no reply; an answer to what was asked after it proves that the board has heard it.
    await bus.status(1)
    expect(pulses).toEqual(['1/3'])
  })
})

describe('weighing transmitters over TCP', () => {
  it('are read by our master, and refuse with a code', async () => {
    const served = await serveTcp({ createFarEnd: modbusScales(scaleWorld) })
    const line = await openTcpLine({ host: '127.0.0.1', port: served.port })
    closings.push(served.close, line.close)
    const conversation = createConversation(line, {
      framer: createResponseFramer(),
      clock: systemLineClock,
      turnaroundMs: 2,
    })
    const bus = createScaleBus(conversation)
    expect(await Promise.all([bus.read(1), bus.read(2)])).toEqual([
      { grams: -12.34, stable: true },
      { grams: 800.5, stable: true },
    ])
    const elsewhere = createScaleBus(conversation, scaleMaps['flintec-dad141'])
    await expect(elsewhere.read(1)).rejects.toMatchObject({ code: 'E_MODBUS_EXCEPTION', kind: 'permanent' })
  })

  it('are understood by a Modbus master that is not ours', async () => {
    const served = await serveTcp({ createFarEnd: modbusScales(scaleWorld) })
    const master = new modbus.default()
    closings.push(served.close, () => new Promise<void>(resolve => master.close(() => resolve())))
    await master.connectTelnet('127.0.0.1', { port: served.port })
    master.setID(2)
    master.setTimeout(20_000)
    expect((await master.readHoldingRegisters(0, 3)).data).toEqual([1, 14_514, 1])
    await expect(master.readHoldingRegisters(50, 1)).rejects.toMatchObject({ modbusCode: 2 })
  })
})

describe('a TCP line that is dropped', () => {
  it('is reset, so that the kernel delivers nothing afterwards, and ends', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    closings.push(() => new Promise(done => server.close(done)))
    const connected = once(server, 'connection') as Promise<[Socket]>
    const line = await openTcpLine({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
    const [gateway] = await connected
    const failed = once(gateway.resume(), 'error')
    const ended = new Promise<void>(done => line.onClose(done))
    line.drop?.()
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
    await ended
  })
})

describe('a line that is not there', () => {
  it('is a transient error, over TCP and serial', async () => {
    const served = await serveTcp({ createFarEnd: () => () => [] })
    await served.close()
    const refusal = { code: 'E_LINE_OPEN', kind: 'transient' }
    await expect(openTcpLine({ host: '127.0.0.1', port: served.port })).rejects.toMatchObject(refusal)
    await expect(
      openSerialLine({ path: '/dev/yaogui-no-such-port', baudRate: 19_200 }),
    ).rejects.toMatchObject(refusal)
  })
})
