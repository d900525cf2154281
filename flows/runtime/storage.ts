import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '#domain/error.ts'
import { atomicWrite } from './atomic-write.ts'
import { type Flows, isFlowNode } from './flow.ts'
import type { FlowsLog } from './log-lines.ts'

export type FlowVersion = {
  readonly version: number
  /** RFC 3339, wall clock. */
  readonly at: string
  readonly user: string
  readonly flows: Flows
}

/** Files of Node-RED's own beside the flows. */
export type SideFile = 'credentials' | 'settings' | 'library'

export type FlowStore = {
  /** The newest readable version; undefined for a site that never had one. */
  readonly latest: () => Promise<FlowVersion | undefined>
  /** Above every number ever used here, that of a damaged file too. */
  readonly nextVersion: () => Promise<number>
  readonly write: (version: FlowVersion) => Promise<void>
  /** `{}` when absent or damaged (then set aside). */
  readonly readSide: (name: SideFile) => Promise<object>
  /** Writes only what differs: Node-RED saves its settings far more often than they change. */
  readonly writeSide: (name: SideFile, value: object) => Promise<void>
}

const KEPT = 50
const VERSION_FILE = /^(\d{6,})\.json(\.unreadable)?$/

const numbersIn = async (folder: string, damaged: boolean): Promise<readonly number[]> =>
  (await readdir(folder))
    .map(name => VERSION_FILE.exec(name))
    .filter(match => match !== null && (damaged || match[2] === undefined))
    .map(match => Number(match?.[1]))
    .sort((a, b) => b - a)

const isVersion = (value: unknown): value is FlowVersion =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  Number.isInteger(value.version) &&
  'flows' in value &&
  Array.isArray(value.flows) &&
  value.flows.every(isFlowNode)

const parsed = async (file: string, fits: (value: unknown) => boolean): Promise<unknown> => {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (!fits(value)) throw new SyntaxError('not the expected content')
  return value
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The flows of one site and their earlier versions as files in `folder`, which must exist. */
export const openFlowStore = ({
  folder,
  log,
}: {
  readonly folder: string
  readonly log: FlowsLog
}): FlowStore => {
  const fileOf = (version: number): string => join(folder, `${String(version).padStart(6, '0')}.json`)

  // Damaged is not absent: the file is kept beside, and the log says so.
  const read = async (file: string, fits: (value: unknown) => boolean): Promise<unknown> => {
    try {
      return await parsed(file, fits)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      if (!(error instanceof SyntaxError)) throw error
      await rename(file, `${file}.unreadable`)
      log.error({ code: 'E_FLOWS_UNREADABLE', file }, '流程文件损坏，已隔离 / damaged file set aside')
      return undefined
    }
  }

  const latest = async (): Promise<FlowVersion | undefined> => {
    for (const number of await numbersIn(folder, false)) {
      const version = await read(fileOf(number), isVersion)
      if (isVersion(version)) return version
    }
    return undefined
  }

  const write = async (version: FlowVersion): Promise<void> => {
    await atomicWrite(fileOf(version.version), JSON.stringify(version))
    for (const old of (await numbersIn(folder, false)).slice(KEPT)) await rm(fileOf(old), { force: true })
  }

  const readSide = async (name: SideFile): Promise<object> => {
    const value = await read(join(folder, `${name}.json`), isObject)
    return isObject(value) ? value : {}
  }

  return {
    latest,
    nextVersion: async () => ((await numbersIn(folder, true))[0] ?? 0) + 1,
    write,
    readSide,
    writeSide: async (name, value) => {
      const text = JSON.stringify(value)
      if (text !== JSON.stringify(await readSide(name))) await atomicWrite(join(folder, `${name}.json`), text)
    },
  }
}
