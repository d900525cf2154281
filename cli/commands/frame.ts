import type { Command } from 'commander'
import { YaoguiError } from '#domain/error.ts'
import { LineError } from '#firmware-bridge/error.ts'
import { kerongCu16 } from '../frame/kerong-cu16.ts'
import { kerongCu48 } from '../frame/kerong-cu48.ts'
import { locks8a } from '../frame/locks-8a.ts'
import { modbusScale } from '../frame/modbus-scale.ts'
import { mtSics } from '../frame/mt-sics.ts'
import {
  type Explained,
  hexOf,
  type Numbers,
  OPTIONS,
  type Option,
  type Protocol,
  TEXT_OPTIONS,
  type TextOption,
  type Texts,
} from '../frame/protocol.ts'
import { scanner } from '../frame/scanner.ts'
import { smsModem } from '../frame/sms-modem.ts'
import { yaoguiBoard } from '../frame/yaogui-board.ts'
import { command, usage } from '../report.ts'

const PROTOCOLS: readonly Protocol[] = [
  kerongCu48,
  kerongCu16,
  locks8a,
  mtSics,
  modbusScale,
  scanner,
  smsModem,
  yaoguiBoard,
]

type Flags = Readonly<Partial<Record<Option | TextOption, string>>> & { readonly json?: boolean }
const ALL_OPTIONS = [...OPTIONS, ...TEXT_OPTIONS] as const

const LONGEST_FRAME = 4096

const bytesOf = (text: string): Uint8Array => {
  const hex = text.replaceAll(/[\s:,-]|0x/gi, '')
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex) || hex.length > LONGEST_FRAME * 2)
    throw usage('请给出十六进制字节，如 02 00 00 51 03 56', 'give the bytes as hex, like 02 00 00 51 03 56')
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

const given = <O extends Option | TextOption>(options: readonly O[], flags: Flags): readonly O[] =>
  options.filter(option => flags[option] !== undefined)

const textsOf = (flags: Flags): Texts =>
  Object.fromEntries(given(TEXT_OPTIONS, flags).map(option => [option, flags[option]]))

const refuseOdd = (verbName: string, flags: Flags, takes: readonly (Option | TextOption)[]): void => {
  const odd = given(ALL_OPTIONS, flags).find(option => !takes.includes(option))
  if (odd) throw usage(`${verbName} 不用 --${odd}`, `${verbName} takes no --${odd}`)
}

const build = (protocol: Protocol, verbName: string, flags: Flags): readonly Uint8Array[] => {
  const verb = protocol.verbs.find(({ name }) => name === verbName)
  if (!verb) {
    const known = [...protocol.verbs.map(({ name }) => name), 'decode'].join(' ')
    throw usage(`没有指令“${verbName}”：可用 ${known}`, `no verb "${verbName}": ${known}`)
  }
  refuseOdd(verbName, flags, [...verb.needs, ...(verb.may ?? [])])
  const missing = verb.needs.find(option => flags[option] === undefined)
  if (missing) throw usage(`${verbName} 需要 --${missing}`, `${verbName} needs --${missing}`)
  const numbers: Numbers = Object.fromEntries(
    given(OPTIONS, flags).map(option => [
      option,
      /^\d{1,10}$/.test(flags[option] ?? '') ? Number(flags[option]) : Number.NaN,
    ]),
  )
  const texts = textsOf(flags)
  return [verb.build(numbers, texts), ...(verb.buildRest?.(texts) ?? [])]
}

const DECODE = { name: 'decode HEX', zh: '解释报文', en: 'explain a frame', needs: [] }

const list = (json: boolean | undefined): void => {
  const all = PROTOCOLS.map(protocol => ({
    ...protocol,
    verbs: [...protocol.verbs, { ...DECODE, may: protocol.decodeMay ?? [] }],
  }))
  if (json) {
    console.log(JSON.stringify(all))
    return
  }
  for (const { name, zh, en, verbs } of all) {
    console.log(`${name}  ${zh} / ${en}`)
    for (const verb of verbs) {
      const options = [
        ...verb.needs.map(each => ` --${each} N`),
        ...(verb.may ?? []).map(each => ` [--${each} N]`),
      ]
      console.log(`  ${verb.name}${options.join('')}  ${verb.zh} / ${verb.en}`)
    }
  }
}

/** One frame a line. */
const printJson = (asked: object, bytes: Uint8Array, { fields, zh, en }: Explained): void => {
  const told = fields.map(field => ({ hex: hexOf(field.bytes), zh: field.zh, en: field.en }))
  console.log(JSON.stringify({ ...asked, hex: hexOf(bytes), zh, en, fields: told }))
}

const print = (bytes: Uint8Array, { fields, zh, en }: Explained): void => {
  console.log(hexOf(bytes))
  for (const field of fields) console.log(`  ${hexOf(field.bytes).padEnd(5)}  ${field.zh} / ${field.en}`)
  console.log(`→ ${zh} / ${en}`)
}

const frame = (
  name: string | undefined,
  verb: string | undefined,
  hex: readonly string[],
  flags: Flags,
): void => {
  if (name === undefined) {
    list(flags.json)
    return
  }
  const protocol = PROTOCOLS.find(each => each.name === name)
  if (!protocol) throw usage(`没有协议“${name}”`, `no protocol "${name}"`)
  if (verb === undefined) throw usage('缺少指令', 'the verb is missing')
  if (verb !== 'decode' && hex.length > 0) throw usage('只有 decode 带报文', 'only decode takes a frame')
  if (verb === 'decode') refuseOdd(verb, flags, protocol.decodeMay ?? [])
  const frames = verb === 'decode' ? [bytesOf(hex.join(''))] : build(protocol, verb, flags)
  for (const bytes of frames) {
    const explained = protocol.explain(bytes, textsOf(flags))
    if (flags.json) printJson({ protocol: name, verb }, bytes, explained)
    else print(bytes, explained)
  }
}

const WAY_OUT = {
  zh: '运行 yaogui frame 查看协议、指令与范围',
  en: '`yaogui frame` lists protocols, verbs and ranges',
}

/** Every refusal here is wrong use: the exit code is 2 whatever its code, and nothing stands on stdout. */
const refusing =
  (work: typeof frame) =>
  async (...args: Parameters<typeof frame>): Promise<void> => {
    let refused = false
    await command((...given: Parameters<typeof frame>) => {
      try {
        work(...given)
      } catch (error) {
        refused = error instanceof LineError || error instanceof YaoguiError
        if (!(error instanceof LineError)) throw error
        throw new YaoguiError(error.code, { ...error.wording, wayOut: WAY_OUT, cause: error })
      }
    })(...args)
    if (refused) process.exitCode = 2
  }

export const addFrame = (program: Command): void => {
  const frames = program
    .command('frame')
    .description('生成或解释线路报文，不发送 / builds or explains a frame of a board; sends nothing')
    .argument('[protocol]', '协议；不填则列出 / the protocol; without it they are listed')
    .argument('[verb]', '指令，或 decode / the verb, or decode')
    .argument('[hex...]', 'decode 的报文 / the frame to decode')
  for (const option of OPTIONS)
    frames.option(`--${option} <n>`, '十进制数，范围见列表 / decimal; ranges: see the list')
  for (const option of TEXT_OPTIONS)
    frames.option(`--${option} <name>`, '名称，见列表 / a name; see the list')
  frames
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText(
      'after',
      `
锁号从 1 起 / locks are counted from 1
例 / example:
  yaogui frame kerong-cu48 unlock --board 0 --lock 1
  yaogui frame kerong-cu48 decode 02 00 00 65 07 00 00 00 00 C0 03 31
退出码 / exit code: 2 = 超出范围或无法解释，不输出报文 / out of range or not a frame, nothing is printed`,
    )
    .action(refusing(frame))
}
