import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { PersonView, Role } from '#cloud-sync/contract/edge-people.ts'
import { formatShanghai } from '#domain/time.ts'
import { listPeople, resetPin } from '#edge/people/reset.ts'
import { command } from '../report.ts'

export const ROLE_NAMES = {
  pharmacist: '药师 pharmacist',
  lead: '药房负责人 lead pharmacist',
  assistant: '药房工作人员 assistant',
  technician: '技术员 technician',
} as const satisfies Readonly<Record<Role, string>>

const stateOf = ({ mustChangePin, competentUntil, lockedUntil }: PersonView): string =>
  [
    ...(competentUntil ? [`资质有效至 competent until ${competentUntil}`] : []),
    ...(mustChangePin ? ['首次密码未改 first PIN not changed yet'] : []),
    ...(lockedUntil ? [`锁定至 locked until ${formatShanghai(new Date(lockedUntil))}`] : []),
  ].join('; ')

const list = ({ data, json }: { data: string; json?: boolean }): void => {
  const people = listPeople(resolve(data))
  if (json) {
    console.log(JSON.stringify(people, null, 2))
    return
  }
  for (const person of people)
    console.log([person.id, person.name, ROLE_NAMES[person.role], stateOf(person)].join('\t').trimEnd())
}

/** Who is logged in at the machine, before any sudo. A container may know its user by number only. */
const operator = (): string => {
  try {
    return process.env.SUDO_USER ?? userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}

const reset = (person: string, { data, by }: { data: string; by?: string }): void => {
  const { name, pin } = resetPin(resolve(data), { person, by: (by?.trim() || operator()).slice(0, 64) })
  console.log(`${name}（${person}）的首次密码 / first PIN: ${pin}`)
  console.log('只显示这一次；下次登录时必须修改 / shown this once; to be changed at the next login')
}

const RESET_HELP = `
请先停止终端程序。密码只显示一次，下次登录必须修改；这一步记入日志。
Stop the agent first. The PIN is shown once and must be changed at the next login; the journal keeps who did it.

例 / example:
  yaogui people reset-pin --data /var/lib/yaogui/heping wang --by 赵强`

export const addPeople = (program: Command): void => {
  const people = program.command('people').description('站点人员与密码 / the people of a site and their PINs')
  people
    .command('list')
    .description('列出人员；终端可以在运行 / lists them, while the agent runs too')
    .requiredOption('--data <dir>', '数据目录 / data folder')
    .option('--json', '以 JSON 输出 / as JSON')
    .addHelpText('after', '\n例 / example:\n  yaogui people list --data data/heping')
    .action(command(list))
  people
    .command('reset-pin <person>')
    .description('给忘记密码的人一个新的首次密码 / gives a new first PIN for a forgotten one')
    .requiredOption('--data <dir>', '数据目录 / data folder')
    .option('--by <name>', '操作人，默认为系统用户 / who does it, by default the user of this system')
    .addHelpText('after', RESET_HELP)
    .action(command(reset))
}
