import { argon2Sync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** OWASP's smallest argon2id setting (19 MiB, 2 passes): about 50 ms here, a little more on a Pi. */
const COST = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 } as const

const derive = (pin: string, nonce: Buffer): Buffer =>
  argon2Sync('argon2id', { message: pin, nonce, ...COST })

/** `salt:hash`, both hex. */
export const hashPin = (pin: string): string => {
  const nonce = randomBytes(16)
  return `${nonce.toString('hex')}:${derive(pin, nonce).toString('hex')}`
}

export const matchesPin = (pin: string, stored: string): boolean => {
  const [salt = '', hash = ''] = stored.split(':')
  const expected = Buffer.from(hash, 'hex')
  const given = derive(pin, Buffer.from(salt, 'hex'))
  return expected.length === given.length && timingSafeEqual(expected, given)
}

/** Six digits; not one digit six times, not a run: those are the first ones tried. */
export const isUsablePin = (pin: string): boolean =>
  /^\d{6}$/.test(pin) && !/^(\d)\1{5}$/.test(pin) && !'01234567890 09876543210'.includes(pin)

export const randomPin = (): string => {
  for (;;) {
    const pin = String(randomInt(1_000_000)).padStart(6, '0')
    if (isUsablePin(pin)) return pin
  }
}
