import { formatShanghai } from '../time.ts'
import { pleaseOf } from './kinds.ts'
import type { What } from './planner.ts'

/** All that a message says. `value`: what is measured now, in words. Times are UTC ms; null: the clock is not to be trusted. */
export type Message = {
  readonly what: What | 'test'
  readonly site: string
  readonly kind: string
  readonly words: string
  readonly value: string | undefined
  readonly raisedAt: number | null
  readonly clearedAt: number | null
}

/** `11-22 09:31`. */
const clockTime = (at: number): string => formatShanghai(new Date(at)).slice(5, 16)

const HEAD: Readonly<Record<Message['what'], string>> = {
  raised: '',
  escalated: '仍未处理！',
  reminder: '再次提醒：',
  recovered: '已恢复：',
  test: '',
}

const since = ({ raisedAt }: Message): string =>
  raisedAt === null ? '时间不准，终端时钟未校准' : `${clockTime(raisedAt)}起`

/** A Chinese text message: site, what, value, since when, what to do. Kept short: 67 characters are one part. */
export const messageText = (message: Message): string => {
  const { what, site, kind, words, value, raisedAt, clearedAt } = message
  if (what === 'test') return `【药柜】${site}：这是报警测试，收到即说明通知正常，无需处理。`
  if (what === 'recovered') {
    const times =
      raisedAt === null || clearedAt === null
        ? '时间不准，终端时钟未校准'
        : `${clockTime(raisedAt)}至${clockTime(clearedAt)}`
    return `【药柜】${site}：${HEAD.recovered}${words}（${times}）。`
  }
  const now = value === undefined ? '' : `，${value}`
  return `【药柜】${site}：${HEAD[what]}${words}${now}（${since(message)}）。${pleaseOf(kind).zh}。`
}

/** In front of a message that may have gone out already: its reader may get two rather than none. */
export const repeated = (text: string): string => `（重发，可能重复）${text}`
