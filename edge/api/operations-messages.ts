import type { OperationView } from '#cloud-sync/contract/edge-operations.ts'
import type { OperationKind, OperationOutcome } from '#domain/journal/events-operations.ts'
import { MAX_TRIES, STUCK } from '../dispensing/door.ts'
import type { Operation, Why } from '../operations/state.ts'

type Message = OperationView['message']
type Words = readonly [zh: string, en: string]

const say = (code: string, level: Message['level'], [zh, en]: Words): Message => ({ code, level, zh, en })

/** What to do with the open drawer. `n`: packs, with their unit. */
const OPEN: Readonly<Record<OperationKind, (drawer: string, what: string) => Words>> = {
  restock: (drawer, what) => [
    `请把 ${what} 放入抽屉 ${drawer}，然后关好`,
    `put ${what} into ${drawer}, then close it`,
  ],
  count: drawer => [
    `请清点抽屉 ${drawer} 里的每个批号，关好后输入`,
    `count every lot in ${drawer}, close it, then enter`,
  ],
  return: (drawer, what) => [
    `请把 ${what} 放入退药抽屉 ${drawer}，然后关好`,
    `put ${what} into ${drawer}, then close it`,
  ],
  'return-check': (drawer, what) => [
    `请从退药抽屉 ${drawer} 取出 ${what}，然后关好`,
    `take ${what} from ${drawer}, then close it`,
  ],
  waste: (drawer, what) => [
    `请从抽屉 ${drawer} 取出要销毁的 ${what}，然后关好`,
    `take ${what} to be wasted from ${drawer}, then close it`,
  ],
  test: drawer => [`抽屉 ${drawer} 已弹开，请关好`, `${drawer} opened: close it`],
  'break-glass': drawer => [
    `应急：请从抽屉 ${drawer} 取药，关好后输入取出数量`,
    `emergency: take from ${drawer}, close it, enter what you took`,
  ],
}

const ENTRY: Readonly<Partial<Record<OperationKind, Words>>> = {
  count: ['请输入每个批号的实际数量', 'enter what is there of every lot'],
  'break-glass': ['请输入每个批号取出的数量', 'enter what you took of every lot'],
}

const WHY: Readonly<Record<Why, Words>> = {
  differs: [
    '数量与应有不符：请重新打开核对，或写明原因保留差异',
    'the number is not what it should be: open again, or keep the difference with a reason',
  ],
  'unknown-object': [
    '重量变化不是整包装：请打开核对',
    'the weight is no whole number of packs: open it and look',
  ],
  ask: ['重量不足以判断数量：请清点后输入', 'the weight cannot tell the number: count and enter it'],
  'new-weight': [
    '该批号首次称重，与目录重量不符：请清点后输入数量',
    'a new lot that weighs otherwise than listed: count and enter it',
  ],
  'weight-moved': [
    '数量相符，但盘点时抽屉重量变了：请打开核对，或写明原因',
    'the count agrees, but the weight changed meanwhile: open it and look, or say why',
  ],
}

const FINISHED: Readonly<Record<OperationOutcome, readonly [Message['level'], Words]>> = {
  done: ['ok', ['完成：数量相符', 'done: the numbers agree']],
  discrepancy: ['error', ['已建立差异记录', 'a discrepancy case is open']],
  cancelled: ['info', ['已取消，没有变动', 'cancelled, nothing moved']],
}

/** Where there are no numbers to agree, or something is still to be done. */
const DONE: Readonly<
  Partial<Record<OperationKind, (drawer: string) => (typeof FINISHED)[OperationOutcome]>>
> = {
  test: drawer => [
    'ok',
    [`抽屉 ${drawer} 能打开；停用过的请再盘点`, `${drawer} opens; count it if it was out of service`],
  ],
  'break-glass': drawer => [
    'warning',
    [`已记录：抽屉 ${drawer} 须盘点后才能取药`, `recorded: count ${drawer} before it is used again`],
  ],
}

const FAILED: Readonly<Record<string, Words>> = {
  E_UNLOCK_UNCONFIRMED: [
    '抽屉没有弹开。可再试一次；仍不行将停用并请联系技术人员',
    'the drawer did not open: try again, or call the technician',
  ],
  E_SCALE_UNSTABLE: [
    '称重不稳定，尚未开锁。请勿触碰药柜后再试',
    'the scale does not rest, nothing was unlocked: do not touch the cabinet and try again',
  ],
}

/** One line that tells the person at the cabinet what to do now. `what`: packs of which drug. */
export const operationMessage = ({ kind, drawer, phase, tries }: Operation, what: string): Message => {
  switch (phase.at) {
    case 'idle':
      return say('idle', 'info', [`请打开抽屉 ${drawer}`, `open ${drawer}`])
    case 'weighing-before':
    case 'intending':
    case 'pulsing':
    case 'confirming':
      return say('unlocking', 'info', [`正在打开抽屉 ${drawer}…`, `opening ${drawer} …`])
    case 'open':
      return say('open', 'info', OPEN[kind](drawer, what))
    case 'weighing-after':
      return say('weighing', 'info', ['正在称重，请勿触碰药柜…', 'weighing: do not touch the cabinet …'])
    case 'entry':
      return say('entry', 'info', ENTRY[kind] ?? ['请输入数量', 'enter the number'])
    case 'judged':
      return say(phase.why, 'warning', WHY[phase.why])
    case 'witness':
      return say('witness', 'info', [
        '请另一人见证并确认；没有见证人时请放回',
        'another person witnesses and signs; without one, put it back',
      ])
    case 'failed': {
      if (tries >= MAX_TRIES)
        return say('E_DRAWER_SERVICE', 'error', [
          `抽屉 ${drawer} ${MAX_TRIES} 次没有打开，已停用：请结束本次作业并联系技术人员`,
          `${drawer} did not open ${MAX_TRIES} times and is out of service: end this and call the technician`,
        ])
      const words = FAILED[phase.code] ?? [
        `抽屉 ${drawer} 没有打开（${phase.code}）：请再试一次，不行请联系技术人员`,
        `${drawer} did not open (${phase.code}): try again, or call the technician`,
      ]
      return say(phase.code, 'error', words)
    }
    case 'review':
      if (phase.code === STUCK)
        return say(phase.code, 'error', [
          '抽屉一直未显示关好，已停用。请清点后输入数量并说明',
          'the drawer was never seen closed and is out of service: count, enter the figures and say what happened',
        ])
      return say(phase.code, 'error', [
        '上次作业被中断。请关好抽屉，清点后输入数量并说明',
        'this was interrupted: close the drawer, count, enter the figures and say what happened',
      ])
    case 'finished': {
      const [level, words] =
        (phase.outcome === 'done' ? DONE[kind]?.(drawer) : undefined) ?? FINISHED[phase.outcome]
      return say(phase.outcome, level, words)
    }
  }
}
