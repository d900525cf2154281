import type { Command } from 'commander'
import { judge } from '#domain/cold-chain/judge.ts'
import { DEFAULT_ACTIVATION_ENERGY } from '#domain/cold-chain/mkt.ts'
import { type DetectConfig, defaultDetectConfig } from '#domain/cold-chain/rule.ts'
import { readLoggerFile } from '../coldchain/read-file.ts'
import { asJson, asTable } from '../coldchain/report.ts'
import { commandRefusing } from '../plan/read.ts'
import { command, usage } from '../report.ts'

type Options = {
  readonly low: string
  readonly high: string
  readonly minutes: string
  readonly mode: string
  readonly strict: string
  readonly mktDh: string
  readonly json?: boolean
}

const numberIn = (name: string, text: string, least: number, most: number): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= least && value <= most)) {
    throw usage(
      `--${name} 须为 ${least} 至 ${most} 的数，得到“${text}”`,
      `--${name} must be a number from ${least} to ${most}, got "${text}"`,
    )
  }
  return value
}

const oneOf = <T extends string>(name: string, text: string, choices: readonly T[]): T => {
  const choice = choices.find(each => each === text)
  if (choice === undefined) {
    throw usage(
      `--${name} 只能是 ${choices.join('、')}，得到“${text}”`,
      `--${name} must be one of ${choices.join(', ')}, got "${text}"`,
    )
  }
  return choice
}

const ruleOf = (options: Options, intervalMs: number): DetectConfig => {
  const low = numberIn('low', options.low, -100, 100)
  const high = numberIn('high', options.high, -100, 100)
  if (low >= high) throw usage('--low 必须低于 --high', '--low must be below --high')
  const strict = oneOf('strict', options.strict, ['true', 'false']) === 'true'
  return {
    ...defaultDetectConfig(intervalMs),
    low,
    high,
    minutes: numberIn('minutes', options.minutes, 0, 100_000),
    mode: oneOf('mode', options.mode, ['consecutive', 'cumulative', 'daily']),
    ...(strict ? {} : { atLimitOut: ['cold', 'hot'] }),
    version: 'judge',
  }
}

const judgeFile = (path: string, options: Options): void => {
  // A wrong option is told before a long file is read.
  ruleOf(options, 1)
  const activationEnergy = numberIn('mkt-dh', options.mktDh, 1, 1_000)
  const { readings, intervalMs } = readLoggerFile(path)
  const judgement = judge(readings, ruleOf(options, intervalMs), activationEnergy)
  if (judgement === null) throw usage(`${path} 中没有读数`, `there are no readings in ${path}`)
  console.log(options.json ? JSON.stringify(asJson(judgement)) : asTable(judgement))
}

const HELP = `
判定 what counts
  consecutive  连续超限达到 --minutes / one unbroken run
  cumulative   最近 24 小时累计 / added up over the last 24 hours
  daily        当天累计 / added up since midnight (Asia/Shanghai)
超过两个记录间隔没有读数即为缺口，不跨缺口累计连续时间。
A silence of more than two logging intervals is a gap; no run goes on across it.
CSV 中没有时区的时间按北京时间 / a time without a zone is Asia/Shanghai.

例 / examples:
  yaogui coldchain judge fridge-tag.txt
  yaogui coldchain judge logger.csv --low 2 --high 8 --minutes 60 --json
退出码 / exit code: 0 已判定 judged (whatever the verdict), 2 文件或参数有误 file or option is wrong`

type ReportOptions = {
  readonly data: string
  readonly thermometer: string
  readonly day?: string
  readonly month?: string
  readonly format?: string
  readonly out?: string
}

const printReport = async (options: ReportOptions): Promise<void> => {
  const { data, thermometer, day, month, out } = options
  const period = day ?? month
  if (period === undefined || (day !== undefined && month !== undefined))
    throw usage('--day 与 --month 须给出其中一个', 'give either --day or --month')
  const format = oneOf('format', options.format ?? /\.(csv|json)$/.exec(out ?? '')?.[1] ?? 'pdf', [
    'pdf',
    'csv',
    'json',
  ] as const)
  const file = out ?? `${thermometer}-${period}.${format}`
  const { writeReport } = await import('../coldchain/write-report.ts')
  const { records, excursions, closed } = await writeReport({ data, thermometer, period, format, file })
  console.log(`${file}：正式记录 ${records} 条，超温事件 ${excursions} 次，${closed ? '已日结' : '尚未日结'}`)
  console.log(`${file}: ${records} official records, ${excursions} excursions`)
}

const REPORT_HELP = `
读取数据目录，不改动记录；终端运行时也可以用。
Reads the data folder and changes no record; the agent may be running.

例 / examples:
  yaogui coldchain report --data data/heping --thermometer F1 --day 2026-11-21 --out F1.pdf
  yaogui coldchain report --data data/heping --thermometer F1 --month 2026-11 --out F1.csv
退出码 / exit code: 0 已写出 written, 2 参数有误 wrong use, 1 其他 anything else`

export const addColdChain = (program: Command): void => {
  const group = program.command('coldchain').description('冷链工具 / tools of the cold chain')
  group
    .command('judge <file>')
    .description("按规则判定记录仪导出文件 / judges a logger's export by a rule")
    .option('--low <celsius>', '下限 / lower limit, °C', '2')
    .option('--high <celsius>', '上限 / upper limit, °C', '8')
    .option('--minutes <n>', '超限多少分钟报警 / minutes out until the alarm', '60')
    .option('--mode <mode>', 'consecutive | cumulative | daily', 'consecutive')
    .option('--strict <true|false>', '等于限值是否合格 / whether the limit itself is in range', 'true')
    .option('--mkt-dh <kJ/mol>', '活化能 / activation energy for MKT', String(DEFAULT_ACTIVATION_ENERGY))
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText('after', HELP)
    .action(command(judgeFile))
  group
    .command('report')
    .description('打印一台冰箱的日记录或月记录 / the record of a refrigerator, to print')
    .requiredOption('--data <dir>', '边缘终端的数据目录 / data folder of an edge agent')
    .requiredOption('--thermometer <id>', '温度计编号 / id of the thermometer')
    .option('--day <YYYY-MM-DD>', '日记录（北京时间）/ of a day, Asia/Shanghai')
    .option('--month <YYYY-MM>', '月记录 / of a month')
    .option('--format <pdf|csv|json>', '格式，默认按文件名 / format, by default the file name says')
    .option('--out <file>', '写到哪个文件 / file to write')
    .addHelpText('after', REPORT_HELP)
    .action(commandRefusing(['E_REPORT_PERIOD'], printReport))
}
