import * as codec from '#firmware-bridge/protocols/kerong-cu16/codec.ts'
import { DANGER, ETX, hookBytes, ranges, STX, SUM } from './kerong.ts'
import { type Explained, explainBy, fieldsOf, numbersOf, type Protocol, reader } from './protocol.ts'

const explainCommand = ({ board, lock, cmd }: codec.Command, bytes: Uint8Array): Explained => {
  const what = {
    'unlock-all': { ...DANGER, cmdZh: '打开全部锁', cmdEn: 'unlock all' },
    unlock: {
      zh: `打开板 ${board} 的锁 ${lock}；板不回复`,
      en: `unlock lock ${lock} of board ${board}; no reply`,
      cmdZh: '开锁',
      cmdEn: 'unlock',
    },
    status: {
      zh: `查询板 ${board} 的锁状态`,
      en: `ask board ${board} for its hooks`,
      cmdZh: '查询状态',
      cmdEn: 'status',
    },
  }[cmd]
  return {
    zh: what.zh,
    en: what.en,
    fields: fieldsOf(bytes, [
      STX,
      [
        `地址 ADDR：高四位板 ${board}，低四位锁 ${lock}（从 0 起）`,
        `ADDR: board ${board} high, lock ${lock} low, from 0`,
      ],
      [`指令 CMD：${what.cmdZh}`, `CMD: ${what.cmdEn}`],
      ETX,
      SUM,
    ]),
  }
}

const explainReply = (reply: codec.StatusReply, bytes: Uint8Array): Explained => {
  const hooks = numbersOf(reply.hookClosed)
  const goods = numbersOf(reply.infrared)
  return {
    zh: `板 ${reply.board} 锁钩闭合：${hooks.zh}；红外：${goods.zh}`,
    en: `board ${reply.board}, hooks closed: ${hooks.en}; infrared: ${goods.en}`,
    fields: fieldsOf(bytes, [
      STX,
      [`地址 ADDR：高四位板 ${reply.board}`, `ADDR: board ${reply.board} in the high half`],
      ['回复 CMD：锁状态', 'CMD: status reply'],
      ...hookBytes(2),
      ...ranges(2).map(locks => [`红外 ${locks}`, `infrared ${locks}`] as const),
      ETX,
      SUM,
    ]),
  }
}

export const kerongCu16: Protocol = {
  name: 'kerong-cu16',
  zh: 'KerOng CU16 锁控板，19200 8N1',
  en: 'KerOng CU16 lock board',
  verbs: [
    {
      name: 'unlock',
      zh: '开锁：板 0–15，锁 1–16',
      en: 'board 0–15, lock 1–16',
      needs: ['board', 'lock'],
      build: ({ board = NaN, lock = NaN }) => codec.buildUnlock(codec.lockAddress({ board, lock })),
    },
    {
      name: 'status',
      zh: '查询：板 0–15',
      en: 'board 0–15',
      needs: ['board'],
      build: ({ board = NaN }) => codec.buildStatusQuery(board),
    },
  ],
  explain: explainBy([
    reader(codec.createCommandFramer, explainCommand),
    reader(codec.createReplyFramer, explainReply),
  ]),
}
