import type { StepView, WithdrawalView } from '#cloud-sync/contract/edge-withdrawals.ts'
import { MAX_TRIES, STUCK } from '../dispensing/door.ts'
import type { Withdrawal } from '../dispensing/state.ts'

type Message = WithdrawalView['message']
type Level = Message['level']

const say = (code: string, level: Level, zh: string, en: string): Message => ({ code, level, zh, en })

const judged = ({ drawer, expected, taken, scanned, unit, status }: StepView): Message => {
  if (status === 'unknown-object')
    return say(
      'unknown-object',
      'error',
      `抽屉 ${drawer} 的重量变化不是整${unit}，请打开核对：可能放入或取走了其他物品`,
      `the weight change in ${drawer} is no whole number of packs: open it and look`,
    )
  if (status === 'count')
    return say(
      'count',
      'warning',
      `抽屉 ${drawer} 重量不足以判断数量，请人工清点`,
      `the weight cannot tell the number in ${drawer}: count by hand`,
    )
  if (status === 'scan-count')
    return say(
      'scan-count',
      'warning',
      `称重为 ${taken ?? 0} ${unit}，扫码为 ${scanned} ${unit}：请补扫，或撤回多扫的；扫不出的请登记原因`,
      `${taken ?? 0} by weight, ${scanned} scanned: scan the rest, take back what is too many, or say why it cannot be scanned`,
    )
  if (status === 'over')
    return say(
      'over',
      'error',
      `多取了 ${(taken ?? 0) - expected} ${unit}：请放回抽屉 ${drawer}，否则记为差异`,
      `${(taken ?? 0) - expected} too many: put back into ${drawer}, or it becomes a discrepancy`,
    )
  return say(
    'under',
    'warning',
    `应取 ${expected} ${unit}，只取了 ${taken ?? 0} ${unit}：请继续取药，或确认部分发药`,
    `${taken ?? 0} of ${expected} taken: take the rest, or confirm a partial fill`,
  )
}

const failures: Readonly<Record<string, readonly [string, string]>> = {
  E_UNLOCK_UNCONFIRMED: [
    '抽屉没有弹开。可再试一次；仍不行请联系技术人员',
    'the drawer did not open: try again, or call the technician',
  ],
  E_SCALE_UNSTABLE: [
    '称重不稳定，尚未开锁。请勿触碰药柜后再试',
    'the scale does not rest, nothing was unlocked: do not touch the cabinet and try again',
  ],
}

const finished = (outcome: WithdrawalView['outcome'], startedAt: string): Message => {
  switch (outcome) {
    case 'matched':
      return say(
        'matched',
        'ok',
        '相符：取药数量与处方一致',
        'matched: what was taken is what was prescribed',
      )
    case 'partial':
      return say(
        'partial',
        'warning',
        '部分发药：少取的数量已记为差异',
        'partial fill: what is missing is a case',
      )
    case 'abandoned':
      return say('abandoned', 'info', `已取消，没有取药（${startedAt} 开始）`, 'cancelled, nothing was taken')
    default:
      return say(
        'discrepancy',
        'error',
        '差异：已建立差异记录并上报中心药房',
        'discrepancy: a case is open here and at the centre',
      )
  }
}

/** Less than prescribed was there: nothing differs, but something is owed. */
const short = (): Message =>
  say(
    'partial',
    'warning',
    '部分发药：库存不足的部分已上报中心药房，请告知患者',
    'partial fill: the centre is told what was out of stock, tell the patient',
  )

/** One line that tells the person at the counter what to do now. */
export const messageOf = (
  { phase, tries, partial }: Withdrawal,
  step: StepView | undefined,
  startedAt: string,
): Message => {
  if (!step) return say('none', 'info', '', '')
  const { drawer, expected, unit, name } = step
  switch (phase.at) {
    case 'idle':
      return say(
        'idle',
        'info',
        `下一步：打开抽屉 ${drawer}，取${name} ${expected} ${unit}`,
        `next: open ${drawer}, take ${expected} of ${name}`,
      )
    case 'weighing-before':
    case 'intending':
    case 'pulsing':
    case 'confirming':
      return say('unlocking', 'info', `正在打开抽屉 ${drawer}…`, `opening ${drawer} …`)
    case 'open':
      return say(
        'open',
        'info',
        `请从抽屉 ${drawer} 取出 ${expected} ${unit}，然后关好抽屉`,
        `take ${expected} from ${drawer}, then close it`,
      )
    case 'weighing-after':
      return say('weighing', 'info', '正在称重，请勿触碰药柜…', 'weighing: do not touch the cabinet …')
    case 'judged':
      return judged(step)
    case 'failed': {
      if (tries >= MAX_TRIES)
        return say(
          phase.code,
          'error',
          `抽屉 ${drawer} ${MAX_TRIES} 次没有弹开，已停用：请取消或按已取数量结束，并联系技术人员`,
          `${drawer} did not open ${MAX_TRIES} times and is out of service: cancel, or keep what was taken; call the technician`,
        )
      const [zh, en] = failures[phase.code] ?? [
        `抽屉 ${drawer} 没有打开（${phase.code}）：请再试一次，不行请联系技术人员`,
        `${drawer} did not open (${phase.code}): try again, or call the technician`,
      ]
      return say(phase.code, 'error', zh, en)
    }
    case 'review':
      if (phase.code === STUCK)
        return say(
          phase.code,
          'error',
          '抽屉一直未显示关好，已停用。请清点实际取出的数量后确认',
          'the drawer was never seen closed and is out of service: count what was taken, and confirm',
        )
      return say(
        phase.code,
        'error',
        '上次取药被中断。请关好抽屉，清点实际取出的数量后确认',
        'this withdrawal was interrupted: close the drawer, count what was taken, and confirm',
      )
    case 'finished':
      return phase.outcome === 'partial' && partial ? short() : finished(phase.outcome, startedAt)
  }
}
