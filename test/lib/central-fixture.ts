import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Clock, Timers } from '#central/clock.ts'
import { type CentralOptions, startCentral } from '#central/main.ts'
import type { Prescription } from '#domain/prescription.ts'

export const silent = pino({ level: 'silent' })

/** 09:30 in Shanghai. */
export const MORNING = '2026-11-22T01:30:00.000Z'

export const createTestClock = (start = MORNING) => {
  let ms = Date.parse(start)
  const clock: Clock = { now: () => new Date(ms) }
  return {
    clock,
    set: (at: string) => {
      ms = Date.parse(at)
    },
    pass: (by: number) => {
      ms += by
    },
  }
}

/** Timers that run when the test says so. */
const createTestTimers = () => {
  const tasks = new Set<{ ms: number; task: () => void }>()
  const timers: Timers = {
    every: (ms, task) => {
      const entry = { ms, task }
      tasks.add(entry)
      return () => tasks.delete(entry)
    },
  }
  const fire = (ms: number) => {
    for (const entry of tasks) if (entry.ms === ms) entry.task()
  }
  return { timers, fire }
}

export const temporaryFolder = async () => {
  const path = await mkdtemp(join(tmpdir(), 'yaogui-central-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export const PEOPLE: NonNullable<CentralOptions['people']> = [
  { id: 'li', name: '李医师', role: 'prescriber', pin: '246801' },
  { id: 'wang', name: '王药师', role: 'reviewer', pin: '135790' },
  { id: 'zhao', name: '赵总药师', role: 'chief', pin: '975310' },
  { id: 'chen', name: '陈技师', role: 'technician', pin: '112358' },
  { id: 'xin', name: '新药师', role: 'reviewer', pin: '314159', mustChangePin: true },
  { id: 'his', name: '县医院信息系统', role: 'system', pin: 'his-service-account' },
]

export const SITES: CentralOptions['sites'] = [
  { site: 's001', name: '云溪镇卫生院', secret: 'secret-of-s001', kioskUrl: 'http://127.0.0.1:9001' },
  { site: 's002', name: '白石乡卫生院', secret: 'secret-of-s002' },
]

export type Answer<T> = { readonly status: number; readonly body: T; readonly headers: Headers }

export const createApiClient = (url: string, token?: string) => {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text ? JSON.parse(text) : null) as T, headers: response.headers }
  }
  return {
    get: <T>(path: string) => call<T>('GET', path),
    post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, body),
  }
}

/** A centre on a folder of its own, with a clock and timers in the test's hand, and a client for each person. */
export const startTestCentral = async (folder: string, options: Partial<CentralOptions> = {}) => {
  const time = createTestClock()
  const { timers, fire } = createTestTimers()
  const central = await startCentral({
    ...{ dataDir: folder, county: 'yunxi', sites: SITES, people: PEOPLE, log: silent },
    ...{ clock: time.clock, timers },
    ...options,
  })
  const anonymous = createApiClient(central.url)
  const as = async (id: string) => {
    const pin = PEOPLE.find(person => person.id === id)?.pin
    const { body } = await anonymous.post<{ token: string }>('/api/login', { user: id, pin })
    return createApiClient(central.url, body.token)
  }
  return { central, time, fire, anonymous, as }
}

let number = 0

/** An ordinary prescription to which no rule objects. */
export const goodPrescription = (changes: Partial<Prescription> = {}): Prescription => ({
  hosp_rxno: `RX-${++number}`,
  kind: 'ordinary',
  site: 's001',
  prsc_time: '2026-11-22 09:00:00',
  mdtrtinfo: {
    patn_name: '张三',
    certno: '110101195803074013',
    patn_age: 68,
    gend: '1',
    algs_his: '无',
    fixmedins_name: '云溪县人民医院',
    prsc_dr_name: '李医师',
  },
  diseinfo: [{ diag_code: 'I10', diag_name: '高血压病' }],
  rxdrugdetail: [
    {
      fixmedins_hilist_id: 'amlodipine-5',
      drug_genname: '氨氯地平',
      sin_doscnt: 5,
      sin_dosunt: 'mg',
      used_frqu_codg: 'QD',
      medc_days: 7,
      drug_cnt: 1,
      drug_dosunt: '盒',
    },
  ],
  ...changes,
})
