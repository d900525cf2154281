import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { openHardware } from '#hardware/drivers/open.ts'
import { checkPlan } from '#hardware/plan-check.ts'
import { until } from '#test/lib/hardware-wait.ts'

it('a cabinet that cannot be opened whole keeps none of its lines', async () => {
  const open = new Set<Socket>()
  const server = createServer(socket => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).resume()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const line = (id: string, at: number) => ({ id, type: 'tcp', host: '127.0.0.1', port: at })
  const lock = { driver: 'kerong-cu48', line: 'locks', board: 0, lock: 1 }
  const checked = checkPlan({
    version: 1,
    lines: [line('locks', port), line('scale', 1)],
    drawers: [{ id: 'D01', lock, scale: { driver: 'mt-sics', line: 'scale' } }],
    thermometers: [],
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  // A line is missing, which the check would have found.
  const plan = { ...checked.plan, lines: checked.plan.lines.slice(0, 1) }
  const log = { info: () => {}, warn: () => {} }
  const opening = openHardware(plan, { clock: () => new Date(), log })
  await expect(opening).rejects.toMatchObject({ code: 'E_PLAN_INVALID', kind: 'permanent' })

  // Connections are taken in their order: once this one is there, so was the line's.
  const later = connect(port, '127.0.0.1')
  await until('a later connection', () => [...open].some(({ remotePort }) => remotePort === later.localPort))
  await until('the line is free', () => open.size === 1, 5_000)
  later.destroy()
  server.close()
})
