import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { yaogui } from '#test/lib/edge-cli.ts'
import { temporaryDir } from '#test/lib/edge-journal.ts'

let dir: ReturnType<typeof temporaryDir>
let key: string
let publicKey: string
let claims: string
let example: Record<string, unknown>
beforeAll(async () => {
  dir = temporaryDir()
  const at = (name: string) => join(dir.path, name)
  ;[key, publicKey, claims] = [at('key.json'), at('public.json'), at('claims.json')]
  const made = await yaogui(['rx', 'key'])
  await writeFile(key, made.out)
  await writeFile(publicKey, made.err.split('\n')[1] ?? '')
  const { out } = await yaogui(['rx', 'example'])
  await writeFile(claims, out)
  example = JSON.parse(out)
})
afterAll(() => dir.remove())

const verify = (token: string, ...more: readonly string[]) =>
  yaogui(['rx', 'verify', token, '--key', publicKey, '--site', 'heping', ...more])

describe('yaogui rx', () => {
  it('signs what it verifies, with the public half alone', async () => {
    const signed = await yaogui(['rx', 'sign', claims, '--key', key])
    expect(signed).toMatchObject({ code: 0, out: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/) })
    const { code, out } = await verify(signed.out.trim())
    expect([code, JSON.parse(out)]).toEqual([0, example])
    const piped = await yaogui(['rx', 'verify', '-', '--key', publicKey, '--site', 'heping'], {
      input: signed.out,
    })
    expect([piped.code, JSON.parse(piped.out)]).toEqual([0, example])
  })

  it('makes a slip’s code that it verifies, with a picture of it below', async () => {
    const { code, out } = await yaogui(['rx', 'qr', claims, '--key', key])
    const [text = '', ...picture] = out.split('\n')
    expect(code).toBe(0)
    expect(text).toMatch(/^RX1:/)
    expect(picture.join('')).toMatch(/[▀▄█]/)
    expect(JSON.parse((await verify(text)).out)).toEqual(example)
  })

  it.each([
    ['for another site', ['--site', 'qingshui'], 'E_RX_SITE'],
    ['by another issuer', ['--issuer', 'other'], 'E_RX_ISSUER'],
    ['too late', ['--at', '2099-01-01T00:00:00Z'], 'E_RX_EXPIRED'],
    ['too early', ['--at', '2020-01-01T00:00:00Z'], 'E_RX_NOT_YET'],
  ])('refuses a token %s, with a code and a way out, and exits 1', async (_what, flags, code) => {
    const { out: token } = await yaogui(['rx', 'sign', claims, '--key', key])
    const refused = await verify(token.trim(), ...flags)
    expect([refused.code, refused.out]).toEqual([1, ''])
    expect(refused.err).toMatch(new RegExp(`^${code} .*\\n.*\\n {2}→ `))
  })

  it('names everything that is wrong with claims, and exits 2', async () => {
    const bad = join(dir.path, 'bad.json')
    await writeFile(bad, JSON.stringify({ ...example, fill: 0, aud: '', items: [] }))
    const { code, err } = await yaogui(['rx', 'sign', bad, '--key', key])
    expect(code).toBe(2)
    for (const path of ['/fill', '/aud', '/items']) expect(err).toContain(path)
    expect((await yaogui(['rx', 'sign', claims, '--key', claims])).err).toMatch(
      /^E_KEY_UNUSABLE .*\n.*\n {2}→ /,
    )
  })
})

const COMMANDS = [
  ['county'],
  ['story'],
  ['edge'],
  ['central'],
  ['doctor'],
  ['journal', 'verify'],
  ['journal', 'export'],
  ['rx', 'sign'],
  ['rx', 'verify'],
  ['rx', 'qr'],
] as const

describe('the command line', () => {
  it.each(COMMANDS.map(command => [command.join(' '), command] as const))(
    'helps with an example: yaogui %s',
    async (name, command) => {
      const { code, out } = await yaogui([...command, '--help'])
      expect(code).toBe(0)
      expect(out).toContain('example')
      expect(out).toContain(`  yaogui ${name}`)
    },
  )

  it.each([
    ['an unknown command', ['fly']],
    ['an unknown option', ['story', '--fly']],
    ['a missing argument', ['rx', 'sign']],
    ['a missing option', ['edge']],
    ['a port that is none', ['county', '--port', '99999999', '--data', '/nowhere/at/all']],
    ['a drug nobody prescribed', ['story', '--take', 'aspirin=1']],
    ['a number that is none', ['story', '--take', 'amlodipine-5=many']],
    ['a file that is not there', ['story', '--rx', '/nowhere.json']],
    ['a recording that is not there', ['story', '--temperatures', '/nowhere.txt']],
    ['a configuration that is not there', ['central', '--data', '/nowhere', '--config', '/nowhere.json']],
  ])('answers %s with a code and a way out, and exits 2', async (_what, args) => {
    const { code, out, err } = await yaogui(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^E_USAGE /)
    expect(err).toContain('→')
  })

  it('answers an agent’s folder without a plan by code, not by a trace, and ends', async () => {
    const folder = temporaryDir()
    await writeFile(
      join(folder.path, 'agent.json'),
      JSON.stringify({
        version: 1,
        county: 'yunxi',
        site: 'heping',
        name: '和平',
        centre: { url: 'mqtt://127.0.0.1:1', secret: 'secret-secret', issuer: 'i', keys: [{}] },
      }),
    )
    const { code, err } = await yaogui(['edge', '--data', folder.path])
    expect(code).toBe(1)
    expect(err).toMatch(/^E_PLAN_ABSENT .*\n.*\n {2}→ /)
    folder.remove()
  })
})
