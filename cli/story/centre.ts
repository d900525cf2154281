import type { ReconciliationView, RxView, SiteStatusView } from '#cloud-sync/contract/central-api.ts'
import type { Prescription } from '#domain/prescription.ts'
import type { County } from '../county/county.ts'
import { type Client, logIn, until } from './client.ts'

export type Centre = {
  readonly hospital: Client
  readonly reviewer: Client
  readonly say: (line: string) => void
}

export const openCentre = async ({ centralUrl, secrets }: County, say: Centre['say']): Promise<Centre> => {
  const open = async (user: string) => (await logIn(centralUrl, { user }, secrets.pins[user] ?? '')).client
  return { hospital: await open('his'), reviewer: await open('chen'), say }
}

const NEEDS_REASON = ['REQUIRE_OVERRIDE', 'UNAVAILABLE']

/** Posted by the hospital, checked by the rules, decided by the review pharmacist. Returns it as it stands then. */
export const release = async (
  { hospital, reviewer, say }: Centre,
  prescription: Prescription,
): Promise<RxView> => {
  const posted = await hospital.post<RxView>('/api/prescriptions', prescription)
  say(`处方 ${posted.rx} 已提交，规则结果 ${posted.result}（${posted.findings.length} 条提示）`)
  if (posted.result === 'BLOCK') {
    const reason = posted.findings.find(one => one.result === 'BLOCK')?.text.zh ?? '规则禁止'
    say(`退回医师：${reason}`)
    return reviewer.post<RxView>(`/api/prescriptions/${posted.id}/return`, { reason })
  }
  const reason = NEEDS_REASON.includes(posted.result) ? { reason: '演示：已与医师核对，理由充分' } : {}
  const released = await reviewer.post<RxView>(`/api/prescriptions/${posted.id}/approve`, reason)
  say(`审方药师通过 ${released.rx}，中心签名并下达指令`)
  return released
}

export const untilReconciled = ({ reviewer }: Centre, rx: string): Promise<ReconciliationView> =>
  until(`${rx} 在中心对账`, async () => {
    const all = await reviewer.get<ReconciliationView[]>('/api/reconciliations')
    return all.find(one => one.rx === rx)
  })

/** All sites' journals are stored at the centre, without a hole. */
export const untilStored = (
  { reviewer }: Centre,
  heads: ReadonlyMap<string, number>,
): Promise<readonly SiteStatusView[]> =>
  until('中心收齐各站点日志', async () => {
    const sites = await reviewer.get<SiteStatusView[]>('/api/sites')
    return sites.every(({ site, head, missing }) => head >= (heads.get(site) ?? 0) && missing === 0)
      ? sites
      : undefined
  })
