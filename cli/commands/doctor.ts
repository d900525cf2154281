import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import {
  checkBroker,
  checkCentre,
  checkClock,
  checkConfig,
  checkDisk,
  checkJournal,
  checkLines,
  checkPins,
} from '../doctor/checks.ts'
import type { Finding } from '../doctor/finding.ts'
import { command } from '../report.ts'

const MARKS = { ok: '✓ 正常 ok     ', warning: '! 注意 warning', error: '✗ 错误 error  ' } as const

const run = async ({
  data,
  json,
  sysRoot,
}: {
  data: string
  json?: boolean
  sysRoot: string
}): Promise<void> => {
  const dir = resolve(data)
  const findings: Finding[] = [await checkDisk(dir), checkClock(), checkPins(sysRoot)]
  if (existsSync(join(dir, 'agent.json'))) {
    findings.push(
      checkConfig(dir),
      checkJournal(dir),
      ...(await checkLines(dir)),
      await checkBroker(dir),
      await checkCentre(dir),
    )
  } else {
    findings.push({
      level: 'warning',
      what: '站点 site',
      zh: `${dir} 中没有 agent.json，只检查了本机`,
      en: 'no agent.json there: only the machine was checked',
      wayOut: '用 --data 指定边缘终端的数据目录 / name the agent’s data folder with --data',
    })
  }
  if (findings.some(one => one.level === 'error')) process.exitCode = 1
  if (json) {
    console.log(JSON.stringify(findings, null, 2))
    return
  }
  for (const { level, what, zh, en, wayOut } of findings) {
    console.log(`${MARKS[level]} ${what}: ${zh} / ${en}`)
    if (wayOut && level !== 'ok') console.log(`                  → ${wayOut}`)
  }
}

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('体检：磁盘、时钟、线路、引脚、MQTT、中心药房 / checks the machine and the site')
    .option('--data <dir>', '边缘终端的数据目录 / the agent’s data folder', 'data/heping')
    .option('--sys-root <dir>', 'GPIO 所在目录 / where the GPIO chips are', '/sys/class/gpio')
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText(
      'after',
      '\n例 / example:\n  yaogui doctor --data data/heping\n退出码 / exit code: 1 = 有错误 some error',
    )
    .action(command(run))
}
