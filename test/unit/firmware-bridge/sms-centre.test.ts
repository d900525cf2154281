import { describe, expect, it } from 'vitest'
import { memoryLine } from '#firmware-bridge/link/memory.ts'
import { buildLine } from '#firmware-bridge/protocols/sms-modem/codec.ts'
import { createAtSession } from '#firmware-bridge/protocols/sms-modem/session.ts'
import { hasCentre } from '#firmware-bridge/protocols/sms-modem/setup.ts'
import { fakeLineClock } from '#test/lib/hardware-fake-clock.ts'

/** Asks a modem that answers with these lines. */
const ask = async (...answer: readonly string[]): Promise<unknown> => {
  const clock = fakeLineClock()
  const [near, far] = memoryLine()
  far.onData(() => {
    for (const line of answer) void far.send(buildLine(line))
  })
  const session = createAtSession(near, { clock, onPdu: () => {}, onRestart: () => {} })
  const found = hasCentre(session).catch(
    ({ code, kind }: { code: string; kind: string }) => `${code} ${kind}`,
  )
  await clock.pass(3_000)
  return found
}

describe('the service centre of a SIM card', () => {
  it.each([
    [['+CSCA: "+8613800100500",145', 'OK'], true],
    [['+CSCA: "",145', 'OK'], false],
    [['+CMS ERROR: 314'], 'E_SIM_NOT_READY transient'],
    [['ERROR'], 'E_MODEM_REFUSED transient'],
  ])('answered with %j is %s: a card that is busy is none without a centre', async (answer, found) => {
    expect(await ask(...answer)).toBe(found)
  })
})
