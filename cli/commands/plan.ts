import { type Command, Option } from 'commander'
import { shanghaiDay } from '#domain/time.ts'
import { EXAMPLE_DRIVERS, examplePlan } from '#hardware/plan-example.ts'
import { fieldTable } from '#hardware/plan-fields.ts'
import { planWarnings } from '#hardware/plan-warnings.ts'
import { commandRefusing, problemLine, problemsOrPlan } from '../plan/read.ts'
import { command } from '../report.ts'

const check = async (file: string, { json }: { readonly json?: boolean }): Promise<void> => {
  const { plan, problems } = await problemsOrPlan(file)
  const warnings = plan === undefined ? [] : planWarnings(plan, { today: shanghaiDay(new Date()) })
  if (plan === undefined) process.exitCode = 2
  if (json) {
    console.log(JSON.stringify({ ok: plan !== undefined, problems, warnings }, null, 2))
    return
  }
  if (plan === undefined) {
    console.log(`✗ 有误 invalid: ${problems.length}`)
    for (const each of problems) console.log(`  ${problemLine(each)}`)
    return
  }
  const { drawers, thermometers } = plan
  console.log(
    `✓ 有效：${drawers.length} 个抽屉，${thermometers.length} 个温度计 / ` +
      `valid: ${drawers.length} drawers, ${thermometers.length} thermometers`,
  )
  if (warnings.length === 0) return
  console.log(`! 提醒 warnings: ${warnings.length}`)
  for (const each of warnings) console.log(`  ${problemLine(each)}`)
}

const example = ({ driver }: { readonly driver?: string }): void => {
  const named = EXAMPLE_DRIVERS.find(each => each === driver)
  console.log(JSON.stringify(examplePlan(named), null, 2))
}

const CHECK_HELP = `
例 / example:
  yaogui plan check /var/lib/yaogui/heping/cabinet.json
  yaogui plan check cabinet.json --json
退出码 / exit code: 0 有效（提醒不算）valid (warnings or not), 2 有误 invalid`

export const addPlan = (program: Command): void => {
  const plan = program.command('plan').description('药柜配置 cabinet.json / the cabinet plan')
  plan
    .command('check <file>')
    .description('检查配置，一次列出全部问题 / tells every problem at once, each with its path')
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText('after', CHECK_HELP)
    .action(commandRefusing(['E_PLAN_ABSENT'], check))
  plan
    .command('example')
    .description('输出一份样例配置 / prints a whole valid plan to start from')
    .addOption(
      new Option('--driver <name>', '要用到的驱动 / a driver that is to be in it').choices(EXAMPLE_DRIVERS),
    )
    .addHelpText('after', '\n例 / example:\n  yaogui plan example --driver locks-8a > cabinet.json')
    .action(command(example))
  plan
    .command('fields')
    .description('列出全部字段 / lists every field: meaning, unit, default, limits')
    .addHelpText('after', '\n例 / example:\n  yaogui plan fields')
    .action(command(() => console.log(fieldTable())))
}
