import { dirname, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import { shanghaiDay } from '#domain/time.ts'
import { lockFolder } from '#edge/folder-lock.ts'
import { progressOf, type Scope } from '#hardware/commissioning/progress.ts'
import { taskWords } from '#hardware/commissioning/words.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { type CabinetPlan, savePlan } from '#hardware/plan.ts'
import { runWalk } from '../commission/run.ts'
import { createTalker, type Lang, type Talker } from '../commission/talker.ts'
import { commandRefusing, requirePlan } from '../plan/read.ts'
import { usage } from '../report.ts'

type Flags = {
  readonly plan: string
  readonly drawer?: string
  readonly only?: 'drawers' | 'thermometers'
  readonly by?: string
  readonly redo?: boolean
  readonly lang: Lang
}

const scopeOf = ({ drawer, only }: Flags, plan: CabinetPlan): Scope => {
  if (drawer !== undefined && only === 'thermometers')
    throw usage(
      '--drawer 与 --only thermometers 不能同用',
      '--drawer and --only thermometers exclude each other',
    )
  if (drawer !== undefined && !plan.drawers.some(({ id }) => id === drawer)) {
    const known = plan.drawers.map(({ id }) => id).join(' ')
    throw usage(`没有抽屉“${drawer}”：${known}`, `no drawer "${drawer}": ${known}`)
  }
  return { ...(drawer === undefined ? {} : { drawer }), ...(only === undefined ? {} : { only }) }
}

const WHO = { code: 'who', zh: '你的姓名（写入校准记录）', en: 'your name (for the calibration records)' }
const LONGEST_NAME = 64

const nameOf = async ({ by }: Flags, talker: Talker): Promise<string> => {
  for (let name = by?.trim() ?? ''; ; name = (await talker.ask(WHO)).trim())
    if (name !== '') return name.slice(0, LONGEST_NAME)
}

const summarise = (
  plan: CabinetPlan,
  { today, scope }: { today: string; scope: Scope },
  talker: Talker,
): void => {
  const all = progressOf(plan, today, scope)
  const missing = all.filter(({ done }) => !done)
  talker.say({
    code: 'summary',
    zh: `完成 ${all.length - missing.length}/${all.length} 步`,
    en: `${all.length - missing.length} of ${all.length} steps done`,
  })
  for (const each of missing) {
    const { zh, en } = taskWords(each)
    talker.say({ code: 'missing', zh: `  未完成：${zh}`, en: `  missing: ${en}` })
  }
}

const commission = async (flags: Flags): Promise<void> => {
  const path = resolve(flags.plan)
  const plan = await requirePlan(path)
  const scope = scopeOf(flags, plan)
  // The agent's own lock: it and this command would speak on the same lines.
  const unlock = lockFolder(dirname(path))
  const talker = createTalker({
    lang: flags.lang,
    input: process.stdin,
    print: line => console.log(line),
    live: process.stdin.isTTY === true,
  })
  try {
    const today = shanghaiDay(new Date())
    const silent = { info: () => {}, warn: () => {} }
    const walked = await runWalk({
      walk: { plan, today, by: await nameOf(flags, talker), scope, redo: flags.redo ?? false },
      talker,
      clock: { now: () => performance.now(), pause: ms => pause(ms) },
      open: next => openHardware(next, { clock: () => new Date(), log: silent }),
      save: next => savePlan(path, next),
    })
    summarise(walked.plan, { today, scope }, talker)
    if (walked.outcome !== 'complete') process.exitCode = 1
  } finally {
    talker.close()
    unlock()
  }
}

const HELP = `
每做完一步就写入配置；随时可按 q 停止，再次运行从未完成处继续。终端程序须先停止。
Each proved step is written at once; q stops, running it again goes on. Stop the agent first.

例 / example:
  yaogui commission --plan /var/lib/yaogui/heping/cabinet.json
  yaogui commission --plan cabinet.json --drawer D01 --redo
  yaogui commission --plan cabinet.json --only thermometers --by 王技术员 < answers.txt
退出码 / exit code: 0 全部完成 complete, 1 还有未完成 incomplete, 2 用法、配置有误或输入中断 wrong use, bad plan or input ended`

export const addCommission = (program: Command): void => {
  program
    .command('commission')
    .description('逐个抽屉调试药柜 / walks a technician through a cabinet, drawer by drawer')
    .requiredOption('--plan <file>', '药柜配置 cabinet.json / the cabinet plan')
    .option('--drawer <id>', '只做这个抽屉 / this drawer only')
    .addOption(
      new Option('--only <part>', '只做抽屉或温度计 / drawers or thermometers only').choices([
        'drawers',
        'thermometers',
      ]),
    )
    .option('--by <name>', '技术员姓名 / the technician')
    .option('--redo', '已证实的也重做 / prove again what was proved')
    .addOption(new Option('--lang <lang>', '语言 / language').choices(['zh', 'en']).default('zh'))
    .addHelpText('after', HELP)
    .action(commandRefusing(['E_PLAN_ABSENT', 'E_PLAN_INVALID', 'E_COMMISSION_INPUT'], commission))
}
