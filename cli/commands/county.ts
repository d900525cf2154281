import { resolve } from 'node:path'
import type { Command } from 'commander'
import { ROLES } from '#domain/people/actions.ts'
import { type County, startCounty } from '../county/county.ts'
import { CENTRAL_PEOPLE, COUNTY_NAME } from '../county/sample.ts'
import { command, untilAskedToStop } from '../report.ts'
import { portOption } from './edge.ts'
import { ROLE_NAMES } from './people.ts'

const LINE = '─'.repeat(72)

const townshipLines = ({ townships, secrets }: County): string[] =>
  townships.flatMap(({ site, kioskUrl, mqttPort }) => [
    `  ${site.name}`,
    `    药柜屏幕 kiosk     ${kioskUrl}/`,
    `    流程编辑 Node-RED  ${kioskUrl}/flows/`,
    ...ROLES.map(
      role =>
        `    ${site.people[role]}（${ROLE_NAMES[role]}，${role}）首次密码 ${secrets.pins[`${site.site}/${role}`] ?? '—'}`,
    ),
    `    本地 MQTT  mqtt://127.0.0.1:${mqttPort}  只读账号 reader，密码见 ${site.site}/local-accounts.json`,
  ])

const CENTRAL_ROLES: Readonly<Record<string, string>> = {
  reviewer: '审方药师',
  chief: '总药师',
  prescriber: '医师',
  clerk: '中心药房库管',
  system: '系统接口',
}

/** What a person needs to begin: where to look, how to log in, what to try first. */
const welcome = (county: County): string => {
  const { centralUrl, secrets } = county
  const people = CENTRAL_PEOPLE.map(
    ({ id, name, role }) => `    ${name}（${CENTRAL_ROLES[role]}，${id}）密码 ${secrets.pins[id]}`,
  )
  return [
    LINE,
    `  ${COUNTY_NAME}已就绪 / the county is ready`,
    '',
    `  中心药房控制台 console   ${centralUrl}/`,
    `  接口文档 API docs        ${centralUrl}/docs`,
    ...people,
    '',
    ...townshipLines(county),
    '',
    '  先试这个 / try this first:',
    '    1. 控制台以医师 zhou 登录，录入一张处方（可点“填入示例”）  post a prescription',
    '    2. 换审方药师 chen 登录，通过它                            approve it',
    '    3. 药柜屏幕以药师登录，选中处方开始取药                    dispense it at the kiosk',
    '    4. 屏幕旁的“演示：手”取药、关抽屉；控制台“对账”显示 相符   the hand panel takes the packs',
    '  首次登录后须改密码，以上首次密码随即失效。Ctrl-C 停止 / stops it all.',
    LINE,
  ].join('\n')
}

const run = async ({ data, port, flows }: { data: string; port: string; flows: boolean }): Promise<void> => {
  const started = performance.now()
  const base = portOption(port)
  const county = await startCounty({
    dataDir: resolve(data),
    basePort: base,
    flows,
    onProgress: (zh, en) => console.log(`… ${zh} / ${en}`),
  })
  console.log(welcome(county))
  if (!county.centralUrl.endsWith(`:${base}`))
    console.log(
      `  端口 ${base} 被占用，已换用其他端口（可用 --port 指定）/ port ${base} is taken, another one is used`,
    )
  console.log(
    `  数据目录 data: ${resolve(data)}   用时 ready in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  )
  const ended = [county.central, ...county.townships.map(({ edge }) => edge)].map(one =>
    one.ended.then(({ code, signal }) => `${one.name} 意外退出 ended (${signal ?? code})`),
  )
  const why = await Promise.race([untilAskedToStop(), ...ended])
  console.log(`\n… 正在停止 stopping (${why})`)
  await county.stop()
  if (why.includes('ended')) process.exitCode = 1
  console.log('已停止 / stopped')
}

export const addCounty = (program: Command): void => {
  program
    .command('county')
    .description('在本机运行一个示例县：中心药房与两个乡镇药房（npm start）/ a county in a box')
    .option('--data <dir>', '数据目录 / data folder', 'data')
    .option('--port <n>', '起始端口 / first port', '8700')
    .option('--no-flows', '不启动 Node-RED / without Node-RED')
    .addHelpText('after', '\n例 / example:\n  yaogui county --data /tmp/county --port 9000')
    .action(command(run))
}
