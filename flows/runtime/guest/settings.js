import { fileURLToPath } from 'node:url'

/** Files of the core nodes that open a file, a socket or a process: not even loaded. */
const EXCLUDED = [
  '90-exec.js',
  '10-file.js',
  '23-watch.js',
  '05-tls.js',
  '06-httpproxy.js',
  '10-mqtt.js',
  '21-httpin.js',
  '21-httprequest.js',
  '22-websocket.js',
  '31-tcpin.js',
  '32-udp.js',
]

const LEVELS = { 10: 'error', 20: 'error', 30: 'warn' }

const writeLog = ({ level, type, name, msg }) => {
  const text = String(msg?.stack ?? msg?.message ?? msg)
  const from = type === undefined ? '' : `[${type}:${name ?? ''}] `
  console.log(`${LEVELS[level] ?? 'info'}\t${from}${text.trim().replaceAll('\n', ' | ')}`)
}

/** Everything Node-RED would keep is kept, judged and journaled by the agent. */
const storageBy = ({ ask }) => ({
  init: async () => undefined,
  getFlows: () => ask('getFlows'),
  saveFlows: (flows, user) => ask('saveFlows', flows, user),
  getCredentials: () => ask('getCredentials'),
  saveCredentials: credentials => ask('saveCredentials', credentials),
  getSettings: () => ask('getSettings'),
  saveSettings: settings => ask('saveSettings', settings),
  getSessions: () => ask('getSessions'),
  saveSessions: sessions => ask('saveSessions', sessions),
  getLibraryEntry: (kind, path) => ask('getLibraryEntry', kind, path),
  saveLibraryEntry: (kind, path, meta, body) => ask('saveLibraryEntry', kind, path, meta, body),
})

/** A session of the agent (its proxy sends the token as Bearer) or a login at the editor's own page. */
const loginBy = ({ ask }) => ({
  type: 'credentials',
  sessionExpiryTime: 3_600,
  users: username => ask('findUser', username),
  authenticate: (username, pin) => ask('verifyLogin', username, pin),
  tokens: token => ask('verifyToken', token),
})

const EDITOR = {
  page: { title: '药柜 · 流程' },
  header: { title: '药柜 · 流程' },
  tours: false,
  palette: { categories: { order: ['药柜', 'subflows', 'common', 'function', 'sequence', 'parser'] } },
  projects: { enabled: false },
  multiplayer: { enabled: false },
}

const CLOSED = {
  httpNodeRoot: false,
  functionExternalModules: false,
  functionGlobalContext: {},
  exportGlobalContextKeys: false,
  globalFunctionTimeout: 2,
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
    modules: { allowInstall: false },
  },
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false, ui: false },
  runtimeState: { enabled: false, ui: false },
  apiMaxLength: '1mb',
}

/**
 * @param {{ agent: import('./agent.js').Agent, root: string, userDir: string, safeMode: boolean }} options
 * @returns {object} Node-RED's settings
 */
export const guestSettings = ({ agent, root, userDir, safeMode }) => ({
  ...CLOSED,
  userDir,
  safeMode,
  httpAdminRoot: `${root}/`,
  nodesDir: [fileURLToPath(new URL('../../nodes', import.meta.url))],
  nodesExcludes: EXCLUDED,
  lang: 'zh-CN',
  storageModule: storageBy(agent),
  adminAuth: loginBy(agent),
  editorTheme: EDITOR,
  logging: { agent: { level: 'info', metrics: false, audit: false, handler: () => writeLog } },
})
