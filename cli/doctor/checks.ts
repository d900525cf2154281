import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '#domain/error.ts'
import { shanghaiDay } from '#domain/time.ts'
import { loadConfig } from '#edge/config.ts'
import { verifyJournal } from '#edge/journal/verify.ts'
import { openHardware } from '#hardware/drivers/open.ts'
import { gpioAddonWorks } from '#hardware/gpio/addon.ts'
import { findGpioChip, hasHeader } from '#hardware/gpio/chip.ts'
import { planAbsent, readPlan } from '#hardware/plan.ts'
import { checkCalibrations } from './calibration.ts'
import type { Finding } from './finding.ts'

const FLUSHES = 40
/** A good SD card flushes within this; each unlock waits for one flush. */
const SLOW_FLUSH_MS = 50
const LITTLE_SPACE = 200 * 1024 * 1024

const flushTimes = (dir: string): number[] => {
  const folder = mkdtempSync(join(existsSync(dir) ? dir : tmpdir(), 'doctor-'))
  const fd = openSync(join(folder, 'flush'), 'w')
  try {
    return Array.from({ length: FLUSHES }, () => {
      writeSync(fd, Buffer.alloc(4096))
      const before = performance.now()
      fsyncSync(fd)
      return performance.now() - before
    }).sort((a, b) => a - b)
  } finally {
    closeSync(fd)
    rmSync(folder, { recursive: true })
  }
}

/** Flush latency and free space of the disk that holds the data. */
export const checkDisk = async (dir: string): Promise<Finding> => {
  const times = flushTimes(dir)
  const p50 = times[FLUSHES / 2] ?? 0
  const worst = times.at(-1) ?? 0
  const { bavail, bsize } = statfsSync(existsSync(dir) ? dir : tmpdir())
  const free = bavail * bsize
  const figures = `${p50.toFixed(1)} ms (p50), ${worst.toFixed(1)} ms (max), ${Math.round(free / 2 ** 20)} MiB free`
  const what = '磁盘 disk'
  if (free < LITTLE_SPACE)
    return {
      level: 'error',
      what,
      zh: `剩余空间不足：${figures}`,
      en: 'too little space',
      wayOut: '清理磁盘后再发药 / free some space',
    }
  if (p50 > SLOW_FLUSH_MS)
    return {
      level: 'warning',
      what,
      zh: `落盘偏慢：${figures}`,
      en: 'flushes are slow',
      wayOut: '换用工业级存储卡或 SSD / use an industrial card or an SSD',
    }
  return { level: 'ok', what, zh: `落盘 ${figures}`, en: 'flush latency' }
}

/** Is the wall clock kept by the network (systemd-timesyncd or chrony)? A Pi has no clock of its own. */
export const checkClock = (): Finding => {
  const what = '时钟 clock'
  const synced = existsSync('/run/systemd/timesync/synchronized') || existsSync('/var/lib/chrony/drift')
  const now = new Date()
  if (now.getUTCFullYear() < 2026)
    return {
      level: 'error',
      what,
      zh: `时间 ${now.toISOString()} 不可信`,
      en: 'the clock is wrong',
      wayOut: '接通网络对时，或装 RTC / connect it or fit an RTC',
    }
  if (!synced)
    return {
      level: 'warning',
      what,
      zh: '未见对时服务，断电后时间可能不准',
      en: 'no time synchronisation seen',
      wayOut: '启用 systemd-timesyncd 或装 RTC / enable systemd-timesyncd or fit an RTC',
    }
  return { level: 'ok', what, zh: '已对时', en: 'synchronised' }
}

/** The one GPIO chip of a Raspberry Pi, found by its label, and the addon that reaches its pins. */
export const checkPins = (root: string): Finding => {
  const what = '引脚 pins'
  try {
    if (!hasHeader(root))
      return {
        level: 'warning',
        what,
        zh: '没有树莓派 GPIO：不能接 GPIO 锁，锁控板不受影响',
        en: 'no Raspberry Pi GPIO: lock boards are not affected',
        wayOut: '在树莓派上运行，或只用锁控板 / run on a Pi, or use lock boards only',
      }
    const { name, label, base } = findGpioChip(root)
    if (gpioAddonWorks())
      return { level: 'ok', what, zh: `GPIO 芯片 ${name}（${label}，起始 ${base}）`, en: 'GPIO works' }
    return {
      level: 'warning',
      what,
      zh: `有 GPIO 芯片 ${name}，但 GPIO 组件未编译，不能接 GPIO 锁`,
      en: 'the GPIO addon is not compiled: no locks on GPIO pins',
      wayOut: 'sudo apt-get install g++ make python3 && node deploy/postinstall.mjs --gpio',
    }
  } catch (error) {
    return failed(what, error, '请联系技术支持 / call support')
  }
}

const failed = (what: string, error: unknown, wayOut: string): Finding => {
  const words =
    error instanceof Error && 'wording' in error
      ? (error.wording as { zh: string }).zh
      : error instanceof Error
        ? error.message
        : ''
  return {
    level: 'error',
    what,
    zh: `${codeOf(error)} ${words}`,
    en: error instanceof Error ? error.message : '',
    wayOut,
  }
}

export const checkConfig = (dir: string): Finding => {
  try {
    const { name, site } = loadConfig(dir)
    return { level: 'ok', what: '配置 config', zh: `${name}（${site}）`, en: 'agent.json is right' }
  } catch (error) {
    return failed('配置 config', error, '改正 agent.json / mend agent.json')
  }
}

export const checkJournal = (dir: string): Finding => {
  const what = '日志 journal'
  try {
    const { ok, events, firstBad } = verifyJournal(dir)
    if (ok) return { level: 'ok', what, zh: `${events} 条记录，链条完整`, en: 'chain intact' }
    return {
      level: 'error',
      what,
      zh: `从序号 ${firstBad} 起不完好`,
      en: `bad from seq ${firstBad}`,
      wayOut: '复制数据目录留证，联系技术支持 / copy the folder as evidence and call support',
    }
  } catch (error) {
    if (codeOf(error) === 'E_JOURNAL_ABSENT')
      return {
        level: 'warning',
        what,
        zh: '还没有日志',
        en: 'no journal yet',
        wayOut: '首次启动后产生 / it is made at the first start',
      }
    return failed(what, error, '联系技术支持 / call support')
  }
}

const badPlan = (problems: readonly { path: string; message: string }[]): Finding => ({
  level: 'error',
  what: '线路 lines',
  zh: `cabinet.json 有 ${problems.length} 处问题：${problems.map(({ path, message }) => `${path} ${message}`).join('；')}`,
  en: `cabinet.json has ${problems.length} problems`,
  wayOut:
    '改正 cabinet.json，或启动边缘终端以恢复上一份完好的配置 / mend it, or start the agent: it restores the last good one',
})

/** Asks every lock and scale of the plan once, and looks at the calibrations in it. */
export const checkLines = async (dir: string): Promise<readonly Finding[]> => {
  const what = '线路 lines'
  try {
    // Read only: putting a damaged plan aside is the agent's work, which raises an alarm over it.
    const path = join(dir, 'cabinet.json')
    const read = await readPlan(path)
    if (!read.ok) {
      if ('problems' in read) return [badPlan(read.problems)]
      throw planAbsent(path)
    }
    const { plan } = read
    const calibrations = checkCalibrations(plan, shanghaiDay(new Date()))
    const silent = { info: () => {}, warn: () => {} }
    const hardware = await openHardware(plan, { clock: () => new Date(), log: silent })
    try {
      const results = await Promise.all(
        [...hardware.drawers].map(async ([id, { lock, scale }]) => {
          const answers = await Promise.allSettled([lock.state(), scale.read()])
          return answers.every(answer => answer.status === 'fulfilled') ? undefined : id
        }),
      )
      const deaf = results.filter(id => id !== undefined)
      if (deaf.length === 0)
        return [
          calibrations,
          {
            level: 'ok',
            what,
            zh: `${results.length} 个抽屉的锁与秤都有应答`,
            en: 'all locks and scales answer',
          },
        ]
      return [
        calibrations,
        {
          level: 'error',
          what,
          zh: `无应答：${deaf.join('、')}`,
          en: 'some do not answer',
          wayOut:
            '检查电源、接线与板号；边缘终端运行时串口可能被占用 / check power, wiring and board numbers',
        },
      ]
    } finally {
      await hardware.close()
    }
  } catch (error) {
    return [failed(what, error, '检查 cabinet.json / check cabinet.json')]
  }
}

const reachable = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host, port })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket
      .setTimeout(3_000, () => done(false))
      .once('connect', () => done(true))
      .once('error', () => done(false))
  })

export const checkBroker = async (dir: string): Promise<Finding> => {
  const what = '本地 MQTT broker'
  try {
    const { mqtt } = loadConfig(dir)
    if (await reachable(mqtt.host, mqtt.port))
      return { level: 'ok', what, zh: `端口 ${mqtt.port} 可连接`, en: 'reachable' }
    return {
      level: 'warning',
      what,
      zh: `端口 ${mqtt.port} 连不上`,
      en: 'not reachable',
      wayOut: '边缘终端是否在运行？/ is the agent running?',
    }
  } catch (error) {
    return failed(what, error, '改正 agent.json / mend agent.json')
  }
}

export const checkCentre = async (dir: string): Promise<Finding> => {
  const what = '中心药房 centre'
  try {
    const url = new URL(loadConfig(dir).centre.url)
    const port = Number(url.port || (url.protocol === 'mqtts:' ? 8883 : 1883))
    if (await reachable(url.hostname, port))
      return { level: 'ok', what, zh: `${url.host} 可连接`, en: 'reachable' }
    return {
      level: 'warning',
      what,
      zh: `${url.host} 连不上，可离线发药，恢复后自动对账`,
      en: 'not reachable: dispensing goes on offline',
      wayOut: '检查网络 / check the network',
    }
  } catch (error) {
    return failed(what, error, '改正 agent.json / mend agent.json')
  }
}
