import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { codeOf, YaoguiError } from '#domain/error.ts'
import { type CabinetPlan, savePlan } from '#hardware/plan.ts'
import { type EmulatedCabinet, emulateCabinet } from '#hardware/simulated/emulate.ts'
import { changeManners } from '#hardware/simulated/emulate-line.ts'
import { checkManners, type MannersChange, parseManners } from '#hardware/simulated/manners.ts'
import { readWorldFile, worldFor } from '#hardware/simulated/world-file.ts'
import { factsOf, wordsFor } from '../emulate/words.ts'
import { commandRefusing, requirePlan } from '../plan/read.ts'
import { untilAskedToStop, usage } from '../report.ts'
import { portOption } from './edge.ts'

type Flags = {
  world?: string
  dir?: string
  link?: string
  listen?: string
  anyPort?: boolean
  handPort: string
  manners: string[]
  json?: boolean
}

/** One change, or a file of `{ "locks": { "deaf": true }, … }`. */
const readManners = (text: string): readonly (readonly [line: string, change: MannersChange])[] => {
  if (text.includes('=')) return [parseManners(text)]
  let value: unknown
  try {
    value = JSON.parse(readFileSync(text, 'utf8'))
  } catch {
    throw usage(`读不出 ${text}`, `${text} cannot be read`)
  }
  return Object.entries(value ?? {}).map(([line, change]) => [line, checkManners(change)] as const)
}

const applyManners = async (
  { lines }: EmulatedCabinet,
  changes: ReturnType<typeof readManners>,
): Promise<void> => {
  for (const [id, change] of changes) {
    const line = lines.get(id)
    if (line === undefined)
      throw usage(`没有线路 ${id}，可选：${[...lines.keys()].join('、')}`, `there is no line ${id}`)
    await changeManners(line, change)
  }
}

const WAYS_OUT: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  E_EMULATE_PORT: { zh: '加 --any-port 换一个端口', en: '--any-port takes a free one' },
  E_PTY: { zh: '用 --link <目录> 把串口建在别处', en: '--link DIR makes the serial ports there' },
  E_SOCAT: { zh: 'Debian：apt install socat', en: 'Debian: apt install socat' },
  E_MANNERS: { zh: '例：--manners locks.slowMs=120', en: 'as in --manners locks.slowMs=120' },
  E_WORLD_FILE: { zh: '样例见 yaogui emulate --help', en: '`yaogui emulate --help` has an example' },
}

/** The same refusal with what to do about it. */
const withWayOut = (error: unknown): unknown => {
  const code = codeOf(error)
  const wayOut = WAYS_OUT[code]
  if (wayOut === undefined || !(error instanceof Error) || !('wording' in error)) return error
  return new YaoguiError(code, { ...(error.wording as { zh: string; en: string }), wayOut, cause: error })
}

const serve = async (plan: CabinetPlan, dir: string, flags: Flags): Promise<EmulatedCabinet> => {
  const { link, listen, anyPort = false, handPort } = flags
  const world = worldFor(plan, flags.world ? await readWorldFile(flags.world) : {}, () => new Date())
  return emulateCabinet({
    plan,
    world,
    dataDir: dir,
    anyPort,
    handPort: portOption(handPort),
    ...(link === undefined ? {} : { linkDir: resolve(link) }),
    ...(listen === undefined ? {} : { host: listen }),
  })
}

const servedPlan = (dir: string): string => join(dir, 'cabinet.json')

const run = async (file: string, flags: Flags): Promise<void> => {
  const plan = await requirePlan(file)
  const manners = flags.manners.flatMap(readManners)
  if (flags.dir && servedPlan(resolve(flags.dir)) === resolve(file))
    throw usage(
      `--dir 会覆盖 ${file} 本身，请换一个目录`,
      `--dir would overwrite ${file} itself: choose another folder`,
    )
  const dir = flags.dir ? resolve(flags.dir) : mkdtempSync(join(tmpdir(), 'yaogui-emulate-'))
  // Asked for before anything is served, so that a Ctrl-C on the way cleans up too.
  const stop = untilAskedToStop()
  try {
    const cabinet = await serve(plan, dir, flags)
    try {
      await applyManners(cabinet, manners)
      const planPath = servedPlan(dir)
      await savePlan(planPath, cabinet.plan)
      if (flags.json) console.log(JSON.stringify(factsOf(cabinet, planPath)))
      else console.log(wordsFor(cabinet, planPath))
      await stop
    } finally {
      await cabinet.close()
    }
  } finally {
    if (!flags.dir) rmSync(dir, { recursive: true, force: true })
  }
}

const HELP = `
例 / examples:
  yaogui plan example > cabinet.json && yaogui emulate cabinet.json --link /tmp/tty --any-port
  yaogui emulate cabinet.json --manners locks.slowMs=120 --manners scales.corruptReplies=5
  yaogui emulate cabinet.json --dir /tmp/cabinet --world world.json --json
故障 / manners: deaf echo slowMs corruptHeard corruptReplies baudRatio chunks unplugged
  运行中可改 / at run time: POST /lines/<line>；抽屉故障 / of drawers: POST /hand/drawers/<id>/faults
内容文件 / world file: {"drawers":{"D01":{"drug":"…","unitGrams":25,"units":20}},"fridge":{"celsius":4.5}}`

export const addEmulate = (program: Command): void => {
  program
    .command('emulate <plan>')
    .description('按配置模拟整个药柜：锁控板、秤、扫码器、温度计 / serves the far end of a whole cabinet')
    .option('--world <file>', '抽屉里有什么，默认每屉 20 盒样品 / what lies in the drawers')
    .option('--dir <dir>', '状态目录，保留货物与状态；默认临时目录 / keeps the state')
    .option('--link <dir>', '串口建在此目录；默认建在配置写的路径 / where serial ports are made')
    .option('--listen <host>', 'TCP 线路监听地址，默认只限本机 / where tcp lines listen')
    .option('--any-port', '端口被占用时换一个 / takes a free port where one is taken')
    .option('--hand-port <n>', '“手”接口的端口 / port of the hand', '0')
    .option(
      '--manners <line.name=value|file>',
      '线路故障，可重复 / bad manners, may be repeated',
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option('--json', '启动后输出一行 JSON / one line of JSON when it is there')
    .addHelpText('after', HELP)
    .action(
      commandRefusing(['E_PLAN_ABSENT', 'E_PLAN_INVALID', 'E_MANNERS', 'E_WORLD_FILE'], (file, flags) =>
        run(file, flags).catch(error => {
          throw withWayOut(error)
        }),
      ),
    )
}
