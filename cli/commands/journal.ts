import type { Command } from 'commander'
import { openForReading, readRecords, verifyJournal } from '#edge/journal/verify.ts'
import { command, usage } from '../report.ts'

const FAULTS: Readonly<Record<string, readonly [string, string]>> = {
  changed: ['内容被改动', 'the record was changed'],
  gap: ['记录缺失', 'a record is missing'],
  'broken-link': [
    '与前一条不衔接（有插入的记录）',
    'does not follow the record before it (one was inserted)',
  ],
  'cut-tail': ['末尾记录被删除', 'the end was cut off'],
  signature: ['日结签名与记录不符', 'the signed closing of that day does not agree with the records'],
  count: ['已日结的记录有缺少', 'records of a closed day are missing'],
  unreadable: ['文件损坏，读不下去', 'the file cannot be read any further'],
}

const verify = (dir: string, { json }: { json?: boolean }): void => {
  const result = verifyJournal(dir)
  if (!result.ok) process.exitCode = 1
  if (json) {
    console.log(JSON.stringify(result))
    return
  }
  if (result.ok) {
    const { epoch, events, closings, startsAfter, dropped } = result
    console.log(`完好：第 ${epoch} 纪元 ${events} 条记录，链条完整 / ok: ${events} records, chain intact`)
    if (closings > 0) console.log(`日结签名 ${closings} 个，均相符 / ${closings} signed closings agree`)
    if (dropped > 0) console.log(`按保存期限已删除 ${dropped} 条 / ${dropped} records dropped by retention`)
    if (startsAfter)
      console.log(
        `从 ${startsAfter.day} 的日结（序号 ${startsAfter.seq}）之后开始核验 / verified from the closing of ${startsAfter.day} on`,
      )
    return
  }
  const [zh, en] = FAULTS[result.fault ?? ''] ?? ['', '']
  console.log(`不完好：从序号 ${result.firstBad} 开始，${zh} / bad from seq ${result.firstBad}: ${en}`)
}

const HEADER = [
  'epoch',
  'seq',
  'at',
  'mono',
  'boot',
  'clockTrusted',
  'class',
  'kind',
  'data',
  'prev',
  'hash',
] as const

const csvCell = (value: unknown): string => {
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const exportJournal = (dir: string, { format }: { format: string }): void => {
  if (format !== 'csv' && format !== 'jsonl')
    throw usage(`没有格式“${format}”：可用 jsonl、csv`, `no format "${format}": jsonl or csv`)
  // A reader that has seen enough (`| head`) is no fault.
  process.stdout.once('error', () => process.exit(0))
  const db = openForReading(dir)
  try {
    if (format === 'csv') process.stdout.write(`${HEADER.join(',')}\n`)
    for (const record of readRecords(db))
      process.stdout.write(
        format === 'csv'
          ? `${HEADER.map(key => csvCell(record[key])).join(',')}\n`
          : `${JSON.stringify(record)}\n`,
      )
  } finally {
    db.close()
  }
}

export const addJournal = (program: Command): void => {
  const journal = program.command('journal').description('站点日志 / the journal of a site')
  journal
    .command('verify <dir>')
    .description('核验日志：改动、删除、插入都会被发现 / finds any change, removal or insertion')
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText(
      'after',
      '\n例 / example:\n  yaogui journal verify data/heping\n退出码 / exit code: 0 完好 intact, 1 不完好 not',
    )
    .action(command(verify))
  journal
    .command('export <dir>')
    .description('导出日志 / exports the journal')
    .option('--format <jsonl|csv>', '格式 / format', 'jsonl')
    .addHelpText('after', '\n例 / example:\n  yaogui journal export data/heping --format csv > journal.csv')
    .action(command(exportJournal))
}
