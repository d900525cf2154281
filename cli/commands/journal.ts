import type { Command } from 'commander'
import { systemClock } from '#edge/clock.ts'
import { wrapDatabase } from '#edge/journal/database.ts'
import { openForReading, readRecords, verifyJournal } from '#edge/journal/verify.ts'
import { restoreJournal } from '#edge/records/restore.ts'
import { type LedgerReport, replayLedger } from '#edge/stock/ledger.ts'
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

/** The ledger of a data folder by its records alone, beside the table of lots. */
const ledger = (dir: string, { json }: { json?: boolean }): void => {
  const db = openForReading(dir)
  let result: LedgerReport
  try {
    db.exec('BEGIN')
    result = replayLedger(wrapDatabase(db))
  } finally {
    db.close()
  }
  const { balanced, upTo, startsAfter, differences, lines } = result
  if (!balanced) process.exitCode = 1
  if (json) {
    console.log(JSON.stringify(result))
    return
  }
  if (startsAfter === null)
    console.log(
      '此前的记录不在日志中，也没有结转：无法对账 / older records are gone and no balance was carried over',
    )
  else if (startsAfter > 0)
    console.log(
      `从序号 ${startsAfter} 的结转开始 / starts with the balance carried over in record ${startsAfter}`,
    )
  for (const { drug, lot, drawer, quantity } of lines)
    if (quantity !== 0) console.log([drawer, drug, lot, quantity].join('\t'))
  for (const { drug, lot, drawer, ledger: table, journal } of differences)
    console.log(`不平 / differs：${drawer} ${drug} ${lot}：库存表 table ${table}，日志 journal ${journal}`)
  if (balanced) console.log(`平：截至序号 ${upTo}，库存表与日志一致 / balanced up to record ${upTo}`)
}

const restore = (backup: string, dir: string): void => {
  const { epoch, from, aside } = restoreJournal({ backup, dataDir: dir, clock: systemClock() })
  console.log(
    `已从备份恢复（原第 ${from.epoch} 纪元，序号 ${from.head}），启用第 ${epoch} 纪元 / restored, now epoch ${epoch}`,
  )
  if (aside !== null) console.log(`原日志保留在 ${aside} / what was there is kept`)
  console.log('发药前请逐个抽屉盘点；备份之后的发药须人工核对 / count every drawer before dispensing')
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
    .command('ledger <dir>')
    .description('按日志逐条重算库存，与库存表核对 / replays the stock from the records and compares')
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText(
      'after',
      '\n例 / example:\n  yaogui journal ledger data/heping\n退出码 / exit code: 0 平 balanced, 1 不平 not',
    )
    .action(command(ledger))
  journal
    .command('restore <backup> <dir>')
    .description('用备份恢复日志，须先停止终端 / puts a backup in place, with the agent stopped')
    .addHelpText(
      'after',
      '\n现有日志不比备份旧时拒绝；原文件只移开、不删除。\nRefused over a journal that is not older; what was there is set aside, not deleted.\n\n例 / example:\n  yaogui journal restore /mnt/usb/journal-2026-11-22-1-4711.db data/heping',
    )
    .action(command(restore))
  journal
    .command('export <dir>')
    .description('导出日志 / exports the journal')
    .option('--format <jsonl|csv>', '格式 / format', 'jsonl')
    .addHelpText('after', '\n例 / example:\n  yaogui journal export data/heping --format csv > journal.csv')
    .action(command(exportJournal))
}
