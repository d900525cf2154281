import {
  buildReadAll,
  buildReadOne,
  buildUnlock,
  type Command,
  createCommandFramer,
  createReplyFramer,
  lockAddress,
  type Reply,
} from '#firmware-bridge/protocols/locks-8a/codec.ts'
import { type Explained, explainBy, fieldsOf, numbersOf, type Protocol, reader } from './protocol.ts'

const BCC = ['校验 BCC：前面各字节异或', 'BCC: XOR of all before'] as const

const wordsFor = ({ cmd, board, lock }: Command): { readonly zh: string; readonly en: string } => {
  if (cmd === 'hold') return { zh: '危险：锁长通电！', en: 'DANGER: holds the coil under power!' }
  if (cmd === 'unlock-all' || (cmd === 'unlock' && lock === 0))
    return { zh: '危险：打开全部！', en: 'DANGER: opens everything!' }
  if (cmd === 'unlock')
    return {
      zh: `打开板 ${board} 的锁 ${lock}；某些锁“失败”的回复与此完全相同，须再查询状态`,
      en: `unlock lock ${lock} of board ${board}; with some locks "failed" is answered in the same bytes, so ask for the status`,
    }
  return lock === 0
    ? { zh: `查询板 ${board} 全部锁`, en: `read all locks of board ${board}` }
    : { zh: `查询板 ${board} 的锁 ${lock}`, en: `read lock ${lock} of board ${board}` }
}

const explainCommand = (command: Command, bytes: Uint8Array): Explained => {
  const unlock = command.cmd === 'unlock'
  const head: Readonly<Record<Command['cmd'], readonly [string, string]>> = {
    unlock: ['帧头：开锁', 'head: unlock'],
    read: ['帧头：查询', 'head: read'],
    'unlock-all': ['帧头：全开', 'head: open all'],
    hold: ['帧头：长通电', 'head: hold power'],
  }
  return {
    ...wordsFor(command),
    fields: fieldsOf(bytes, [
      head[command.cmd],
      [`板地址：${command.board}`, `board ${command.board}`],
      [`锁：${command.lock}（00 = 全部）`, `lock ${command.lock} (00 = all)`],
      unlock ? ['功能码：开锁', 'function: unlock'] : ['功能码', 'function'],
      BCC,
    ]),
  }
}

const explainSingle = (reply: Exclude<Reply, { is: 'all' }>, bytes: Uint8Array): Explained => {
  const { is, board, lock, contact } = reply
  const state = contact ? { zh: '短接', en: 'shorted' } : { zh: '断开', en: 'open' }
  return {
    zh: `板 ${board} 锁 ${lock} 的反馈触点${state.zh}；开还是关由锁的类型决定`,
    en: `board ${board}, lock ${lock}: feedback contact ${state.en}; what that means depends on the kind of lock`,
    fields: fieldsOf(bytes, [
      is === 'unlock'
        ? ['帧头：开锁回复', 'head: reply to unlock']
        : ['帧头：查询回复', 'head: reply to read'],
      [`板地址：${board}`, `board ${board}`],
      [`锁：${lock}`, `lock ${lock}`],
      [`状态：触点${state.zh}`, `state: contact ${state.en}`],
      BCC,
    ]),
  }
}

const explainReply = (reply: Reply, bytes: Uint8Array): Explained => {
  if (reply.is !== 'all') return explainSingle(reply, bytes)
  const { zh, en } = numbersOf(reply.contacts)
  const count = reply.contacts.length / 8
  return {
    zh: `板 ${reply.board} 反馈触点短接：${zh}`,
    en: `board ${reply.board}, contacts shorted: ${en}`,
    fields: fieldsOf(bytes, [
      ['帧头：查询回复', 'head: reply to read'],
      [`板地址：${reply.board}`, `board ${reply.board}`],
      // The last status byte holds channels 1–8.
      ...Array.from({ length: count }, (_, at) => {
        const first = (count - 1 - at) * 8 + 1
        return [
          `锁 ${first}–${first + 7}，位 0 为最小号`,
          `locks ${first}–${first + 7}, bit 0 first`,
        ] as const
      }),
      ['功能码', 'function'],
      BCC,
    ]),
  }
}

export const locks8a: Protocol = {
  name: 'locks-8a',
  zh: '8A/80 锁控板，9600 8N1',
  en: '8A/80 lock board',
  verbs: [
    {
      name: 'unlock',
      zh: '开锁：板 1–32，锁 1–32',
      en: 'board 1–32, lock 1–32',
      needs: ['board', 'lock'],
      build: ({ board = NaN, lock = NaN }) => buildUnlock(lockAddress({ board, lock })),
    },
    {
      name: 'status',
      zh: '查询：板 1–32；一把锁加 --lock',
      en: 'board 1–32; one lock with --lock',
      needs: ['board'],
      may: ['lock'],
      build: ({ board = NaN, lock }) =>
        lock === undefined ? buildReadAll(board) : buildReadOne(lockAddress({ board, lock })),
    },
  ],
  explain: explainBy([
    reader(createCommandFramer, explainCommand),
    reader(() => createReplyFramer('one'), explainReply),
    ...([16, 24, 32] as const).map(all => reader(() => createReplyFramer({ all }), explainReply)),
  ]),
}
