import { codeOf, YaoguiError } from '#domain/error.ts'
import type { Deploys } from './deploy.ts'
import { libraryOf, lookUp, withEntry } from './library.ts'
import type { FlowsLog } from './log-lines.ts'
import type { Ask, AskName, ToChild } from './messages.ts'
import type { EditorPeople } from './people.ts'
import type { FlowStore, SideFile } from './storage.ts'

type Options = {
  readonly deploys: Deploys
  readonly store: FlowStore
  readonly people: EditorPeople
  readonly log: FlowsLog
}

type Args = readonly unknown[]

/** Side files are small; an escaped function node shall not fill the card with them. */
const MOST_SIDE_BYTES = 1024 * 1024

const refuse = (zh: string, en: string): YaoguiError => new YaoguiError('E_FLOWS_REQUEST', { zh, en })

const textOf = (value: unknown): string => {
  if (typeof value === 'string' && value.length <= 1_000) return value
  throw refuse('请求格式错误', 'Expected a short text')
}

const objectOf = (value: unknown): object => {
  if (typeof value !== 'object' || value === null) throw refuse('请求格式错误', 'Expected an object')
  if (Buffer.byteLength(JSON.stringify(value)) > MOST_SIDE_BYTES) throw refuse('内容太大', 'Too large')
  return value
}

/** Node-RED passes the person as `{username, permissions}`, nothing when it acts by itself. */
const nameOf = (user: unknown): string =>
  typeof user === 'object' && user !== null && 'username' in user && typeof user.username === 'string'
    ? user.username.slice(0, 100)
    : 'node-red'

const refusal = (id: number, error: unknown): ToChild => {
  const known = error instanceof YaoguiError
  return {
    kind: 'refusal',
    id,
    code: codeOf(error),
    status: known ? 400 : 500,
    message: known ? error.wording.zh : '边缘终端出错 / The agent failed',
  }
}

const createHandlers = ({
  deploys,
  store,
  people,
}: Options): Record<AskName, (args: Args) => Promise<unknown>> => {
  // In memory: nobody stays logged in past a restart of the agent, and a login costs no write to the card.
  let sessions: object = {}
  const keep = async (name: SideFile, value: unknown): Promise<void> => store.writeSide(name, objectOf(value))
  const library = async () => libraryOf(await store.readSide('library'))
  return {
    getFlows: () => deploys.current(),
    saveFlows: ([flows, user]) => deploys.save(flows, nameOf(user)),
    getCredentials: () => store.readSide('credentials'),
    saveCredentials: ([value]) => keep('credentials', value),
    getSettings: () => store.readSide('settings'),
    saveSettings: ([value]) => keep('settings', value),
    getSessions: async () => sessions,
    saveSessions: async ([value]) => {
      sessions = objectOf(value)
    },
    getLibraryEntry: async ([kind, path]) => lookUp(await library(), textOf(kind), textOf(path)),
    saveLibraryEntry: async ([kind, path, meta, body]) =>
      keep('library', withEntry(await library(), textOf(kind), textOf(path), { meta: objectOf(meta), body })),
    verifyToken: ([token]) => people.verifyEditorToken(textOf(token)),
    verifyLogin: ([username, pin]) => people.verifyEditorLogin(textOf(username), textOf(pin)),
    findUser: ([username]) => people.findEditorUser(textOf(username)),
  }
}

/** Answers the child's questions; never throws, every question gets one answer. */
export const createAnswers = (options: Options): ((ask: Ask) => Promise<ToChild>) => {
  const handlers = createHandlers(options)
  return async ({ id, what, args }) => {
    try {
      return { kind: 'answer', id, value: (await handlers[what](args)) ?? null }
    } catch (error) {
      options.log.warn(
        { what, code: codeOf(error), err: error },
        '拒绝流程引擎的请求 / request of Node-RED refused',
      )
      return refusal(id, error)
    }
  }
}
