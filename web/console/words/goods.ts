import type { CentralOverrideView } from '#cloud-sync/contract/central-api.ts'
import type {
  CentralRecallView,
  CentralShipmentView,
  ListName,
  SiteListView,
} from '#cloud-sync/contract/central-goods.ts'
import type { Text } from '#cloud-sync/contract/edge-api.ts'
import { daysTo } from '../parts/day.ts'
import type { Look } from './results.ts'

/** After this the site raises a warning of its own (R3). */
export const OVERRIDE_LIMIT_MS = 24 * 3_600_000

export const overrideLook = ({ status, accepted }: CentralOverrideView): Look => {
  if (status === 'open') return { text: { zh: '待核对', en: 'To check' }, tone: 'warn', icon: 'clock' }
  if (accepted === false) return { text: { zh: '不予认可', en: 'Not accepted' }, tone: 'stop', icon: 'stop' }
  return accepted === null
    ? { text: { zh: '站点已匹配', en: 'Matched at the site' }, tone: 'quiet', icon: 'check' }
    : { text: { zh: '已核对', en: 'Checked' }, tone: 'ok', icon: 'check' }
}

/** Codes of the kiosk's list; a reason that is not among them is shown as it came. */
const OVERRIDE_REASONS: Readonly<Record<string, Text>> = {
  emergency: { zh: '急救用药，不能等待审方', en: 'An emergency that could not wait for the review' },
  'centre-away': { zh: '与中心药房失去联系', en: 'The central pharmacy could not be reached' },
  'review-late': { zh: '审方等待过久，影响用药', en: 'The review took too long for this patient' },
}
export const overrideReason = (code: string): Text => OVERRIDE_REASONS[code] ?? { zh: code, en: code }

/** Packs that a note promised and no drawer has. */
export const shortOf = ({ lines }: Pick<CentralShipmentView, 'lines'>): number =>
  lines.reduce((sum, { quantity, received }) => sum + quantity - received, 0)
export const packsOf = (lines: readonly { readonly quantity: number }[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0)

export const shipmentLook = (one: Pick<CentralShipmentView, 'status' | 'lines'>): Look => {
  if (one.status === 'sent')
    return { text: { zh: '待送达站点', en: 'Not at the site yet' }, tone: 'warn', icon: 'clock' }
  if (one.status === 'refused')
    return { text: { zh: '站点拒收', en: 'Refused by the site' }, tone: 'stop', icon: 'stop' }
  if (one.status === 'closed')
    return shortOf(one) > 0
      ? { text: { zh: '已结单，有差异', en: 'Closed, differs' }, tone: 'stop', icon: 'warn' }
      : { text: { zh: '已结单，相符', en: 'Closed, matches' }, tone: 'ok', icon: 'check' }
  return one.lines.some(({ received }) => received > 0)
    ? { text: { zh: '入柜中', en: 'Being put in' }, tone: 'info', icon: 'box' }
    : { text: { zh: '待入柜', en: 'To be put in' }, tone: 'info', icon: 'box' }
}

export const heldPacks = ({ sites }: Pick<CentralRecallView, 'sites'>): number =>
  sites.reduce((sum, { lots }) => sum + packsOf(lots), 0)

export const recallLook = (one: CentralRecallView): Look => {
  const told = one.sites.every(({ stored }) => stored)
  if (one.lifted)
    return told
      ? { text: { zh: '已解除', en: 'Lifted' }, tone: 'quiet', icon: 'back' }
      : { text: { zh: '解除未全部送达', en: 'Lifting, not everywhere yet' }, tone: 'warn', icon: 'clock' }
  if (one.sites.some(({ refused }) => refused !== null))
    return { text: { zh: '有站点拒收', en: 'Refused by a site' }, tone: 'stop', icon: 'stop' }
  if (!told) return { text: { zh: '有站点未收到', en: 'Not everywhere yet' }, tone: 'stop', icon: 'clock' }
  if (one.sites.some(({ lots }) => lots.some(({ heldAt }) => heldAt === null)))
    return { text: { zh: '有存货待停用', en: 'Not all held yet' }, tone: 'stop', icon: 'clock' }
  return heldPacks(one) > 0
    ? { text: { zh: '已停用，待处理', en: 'Held, to be dealt with' }, tone: 'warn', icon: 'box' }
    : { text: { zh: '已执行，无存货', en: 'Done, none in stock' }, tone: 'ok', icon: 'check' }
}

export const LIST_WORDS: Readonly<Record<ListName, { readonly name: Text; readonly what: Text }>> = {
  override: {
    name: { zh: '越权取药目录', en: 'Override list' },
    what: {
      zh: '哪些药可以先取后审、每次最多几盒、谁可以取；过了复审日期即失效。',
      en: 'What may be taken before its review, how much and by whom; it ends with its own review date.',
    },
  },
  'look-alike': {
    name: { zh: '易混淆药品', en: 'Look-alike drugs' },
    what: {
      zh: '名称或包装相似的药品；补药入柜时须第二人核对。',
      en: 'Names or packs that are mistaken for each other: putting one in takes a second person.',
    },
  },
  par: {
    name: { zh: '库存上下限', en: 'Par levels' },
    what: {
      zh: '低于下限时站点提议补到上限。',
      en: 'Below par the site proposes to be filled up.',
    },
  },
}

const REVIEW_SOON_DAYS = 30

/** How a list stands at its site; `today` as `YYYY-MM-DD`. */
export const listLook = ({ newest, inForce }: SiteListView, today: string): Look => {
  if (!newest) return { text: { zh: '未下达', en: 'Never sent' }, tone: 'quiet', icon: 'info' }
  if (newest.refused !== null)
    return { text: { zh: '站点拒收', en: 'Refused by the site' }, tone: 'stop', icon: 'stop' }
  if (!newest.stored)
    return { text: { zh: '新版本待送达', en: 'New version on its way' }, tone: 'warn', icon: 'clock' }
  const { effective, reviewBy } = inForce ?? newest
  if (reviewBy !== null && reviewBy < today)
    return { text: { zh: '已过复审日期，失效', en: 'Past its review date' }, tone: 'stop', icon: 'stop' }
  if (effective !== null && today < effective)
    return { text: { zh: '未到生效日期', en: 'Not in force yet' }, tone: 'warn', icon: 'clock' }
  if (reviewBy !== null && daysTo(reviewBy, today) <= REVIEW_SOON_DAYS)
    return { text: { zh: '即将到复审日期', en: 'Review date is near' }, tone: 'warn', icon: 'warn' }
  return { text: { zh: '生效中', en: 'In force' }, tone: 'ok', icon: 'check' }
}
