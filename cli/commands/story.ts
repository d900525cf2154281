import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { parseFridgeTag } from '#domain/cold-chain/fridge-tag.ts'
import type { Prescription } from '#domain/prescription.ts'
import { command, usage } from '../report.ts'
import { EXAMPLE, readPrescriptions } from '../story/prescriptions.ts'
import { runStory } from '../story/story.ts'

type Flags = {
  json?: boolean
  rx?: string
  take: string[]
  offline?: boolean
  kill?: boolean
  serial?: boolean
  temperatures?: string
  data?: string
}

const MOST_PACKS = 20

const readTakes = (
  takes: readonly string[],
  prescriptions: readonly Prescription[],
): ReadonlyMap<string, number> => {
  const drugs = new Set(prescriptions.flatMap(one => one.rxdrugdetail.map(item => item.fixmedins_hilist_id)))
  return new Map(
    takes.map(text => {
      const [, drug = '', packs = ''] = /^([^=]+)=(\d+)$/.exec(text) ?? []
      if (!drug || Number(packs) > MOST_PACKS)
        throw usage(
          `--take ${text}：格式为 品规=数量（0–${MOST_PACKS}）`,
          `--take ${text}: the form is DRUG=N, N from 0 to ${MOST_PACKS}`,
        )
      if (!drugs.has(drug))
        throw usage(`--take ${text}：处方中没有 ${drug}`, `no prescription holds ${drug}`, {
          zh: `可选：${[...drugs].join('、')}`,
          en: `these do: ${[...drugs].join(', ')}`,
        })
      return [drug, Number(packs)] as const
    }),
  )
}

const readTemperatures = (path: string | undefined) => {
  if (path === undefined) return undefined
  const file = resolve(path)
  if (!existsSync(file)) throw usage(`没有文件 ${path}`, `there is no file ${path}`)
  return { file, readings: parseFridgeTag(readFileSync(file, 'utf8')).readings.length }
}

const run = async (flags: Flags): Promise<void> => {
  const prescriptions = readPrescriptions(flags.rx ?? EXAMPLE, new Date())
  const take = readTakes(flags.take, prescriptions)
  const temperatures = readTemperatures(flags.temperatures)
  const dataDir = flags.data ? resolve(flags.data) : mkdtempSync(join(tmpdir(), 'yaogui-story-'))
  if (flags.data && existsSync(join(dataDir, 'county.json')))
    throw usage(
      `${dataDir} 已有数据，故事需要一个空目录`,
      `${dataDir} is in use: the story needs an empty folder`,
    )
  const started = performance.now()
  const say = (line: string): void =>
    console.error(`[${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s] ${line}`)
  const { offline = false, kill = false, serial = false } = flags
  try {
    const result = await runStory({ dataDir, prescriptions, take, offline, kill, serial, temperatures, say })
    for (const fault of result.wrong) say(`✗ ${fault}`)
    say(result.ok ? '✓ 一切如预期 / all is as it must be' : '✗ 有不符之处 / something is not as it must be')
    console.log(flags.json ? JSON.stringify(result) : JSON.stringify(result, null, 2))
    if (!result.ok) process.exitCode = 1
  } finally {
    if (!flags.data) rmSync(dataDir, { recursive: true, force: true })
  }
}

export const addStory = (program: Command): void => {
  program
    .command('story')
    .description('无人操作跑完主流程：处方→审方→签名→取药→对账 / the main job with no hands')
    .option('--json', '结果输出为一行 JSON / the result as one line of JSON')
    .option('--rx <file>', '处方文件（国家医保报文字段名的 JSON）/ prescriptions to use', undefined)
    .option(
      '--take <drug=n>',
      '某品规改取 n 个，可重复 / takes another number of a drug; may be repeated',
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option('--offline', '指令到达后断网，最后恢复 / cuts the link after the orders have arrived')
    .option('--kill', '开锁与关门之间杀死边缘终端并重启 / kills the agent between unlock and close')
    .option('--serial', '药柜接在串口上（伪终端，需 socat）/ the cabinets hang on serial ports (needs socat)')
    .option('--temperatures <file>', '回放记录仪导出文件（Fridge-tag）/ replays a logger’s export')
    .option('--data <dir>', '保留数据的空目录 / an empty folder to keep the data in')
    .addHelpText(
      'after',
      `\n例 / example:\n  yaogui story --json\n  yaogui story --take amlodipine-5=2\n  yaogui story --offline --kill\n处方样例 / example prescriptions: ${EXAMPLE}\n退出码 / exit code: 0 一切如预期 all as it must be, 1 不符 not, 2 用法 usage`,
    )
    .action(command(run))
}
