import * as codec from '#firmware-bridge/protocols/kerong-cu48/codec.ts'
import { DANGER, ETX, hookBytes, STX, SUM } from './kerong.ts'
import { type Explained, explainBy, fieldsOf, numbersOf, type Protocol, reader } from './protocol.ts'

const explainCommand = ({ addr, lock, cmd }: codec.Command, bytes: Uint8Array): Explained => {
  const unlock = cmd === 'unlock'
  const danger = unlock && (addr === codec.BOARDS || lock === codec.LOCKS_PER_BOARD)
  const what = unlock
    ? {
        zh: `打开板 ${addr} 的锁 ${lock + 1}；板不回复`,
        en: `unlock lock ${lock + 1} of board ${addr}; no reply`,
      }
    : { zh: `查询板 ${addr} 的锁状态`, en: `ask board ${addr} for its hooks` }
  return {
    ...(danger ? DANGER : what),
    fields: fieldsOf(bytes, [
      STX,
      [`板地址 ADDR：${addr}（0A = 全部板）`, `ADDR: board ${addr} (0A = all boards)`],
      unlock
        ? [
            `锁 LOCK：${lock + 1} 号，从 00 起（30 = 全部锁）`,
            `LOCK: number ${lock + 1}, from 00 (30 = all locks)`,
          ]
        : ['锁 LOCK：查询时为 00', 'LOCK: 00 in a query'],
      unlock ? ['指令 CMD：开锁', 'CMD: unlock'] : ['指令 CMD：查询状态', 'CMD: status'],
      ETX,
      SUM,
    ]),
  }
}

const explainReply = ({ board, hookClosed }: codec.StatusReply, bytes: Uint8Array): Explained => {
  const { zh, en } = numbersOf(hookClosed)
  return {
    zh: `板 ${board} 锁钩闭合：${zh}`,
    en: `board ${board}, hooks closed: ${en}`,
    fields: fieldsOf(bytes, [
      STX,
      [`板地址 ADDR：${board}`, `ADDR: board ${board}`],
      ['保留', 'reserved'],
      ['回复 CMD：锁状态', 'CMD: status reply'],
      ...hookBytes(6),
      ETX,
      SUM,
    ]),
  }
}

export const kerongCu48: Protocol = {
  name: 'kerong-cu48',
  zh: 'KerOng CU48 锁控板，19200 8N1',
  en: 'KerOng CU48 lock board',
  verbs: [
    {
      name: 'unlock',
      zh: '开锁：板 0–9，锁 1–48',
      en: 'board 0–9, lock 1–48',
      needs: ['board', 'lock'],
      build: ({ board = NaN, lock = NaN }) => codec.buildUnlock(codec.lockAddress({ board, lock })),
    },
    {
      name: 'status',
      zh: '查询：板 0–9',
      en: 'board 0–9',
      needs: ['board'],
      build: ({ board = NaN }) => codec.buildStatusQuery(board),
    },
  ],
  explain: explainBy([
    reader(codec.createCommandFramer, explainCommand),
    reader(codec.createReplyFramer, explainReply),
  ]),
}
