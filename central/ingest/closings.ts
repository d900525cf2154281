import { isSignedBy, type SignedClosing, type SiteJwk } from '#domain/journal/closing.ts'
import type { Tx } from '../db/open.ts'
import type { CentreKind } from '../monitoring/centre-kinds.ts'
import { projectAlarm } from '../monitoring/projections.ts'

type Of<T> = { readonly site: string; readonly at: string; readonly data: T }

/**
 * A key that a site names. Its first one is believed, as the site is enrolled then; another one may be a new card, or
 * somebody who wrote the journal anew: a person has to ask.
 */
export const projectSiteKey = async (
  tx: Tx,
  { site, at, data }: Of<{ readonly kid: string; readonly jwk: object }>,
): Promise<void> => {
  const { kid, jwk } = data
  const known = await tx.selectFrom('site_keys').select('kid').where('site', '=', site).execute()
  if (known.some(one => one.kid === kid)) return
  await tx
    .insertInto('site_keys')
    .values({ site, kid, jwk: JSON.stringify(jwk), at })
    .execute()
  if (known.length === 0) return
  const text = {
    zh: `站点${site}启用了新的签名密钥：请向站点核实是否换过主机或存储卡`,
    en: `${site} signs with a new key: ask there whether machine or card was changed`,
  }
  const alarm = {
    alarm: `central-site-key-${kid}`,
    kind: 'site-key' satisfies CentreKind,
    level: 'alarm',
    ...text,
  } as const
  await projectAlarm(tx, { site, at, data: alarm })
}

type Fault = 'signature' | 'changed'

const faultOf = async (tx: Tx, site: string, closing: SignedClosing): Promise<Fault | undefined> => {
  const { kid, epoch, toSeq, head } = closing
  const key = await tx
    .selectFrom('site_keys')
    .select('jwk')
    .where('site', '=', site)
    .where('kid', '=', kid)
    .executeTakeFirst()
  const signed = key && closing.site === site && isSignedBy(closing, JSON.parse(key.jwk) as SiteJwk)
  if (!signed) return 'signature'
  const row = await tx
    .selectFrom('journal')
    .select('hash')
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .where('seq', '=', toSeq)
    .executeTakeFirst()
  // Not here: a closing salvaged from an epoch that was lost on its way. There is nothing to hold against it.
  return row === undefined || row.hash === head ? undefined : 'changed'
}

const WORDS: Readonly<Record<Fault, { readonly zh: string; readonly en: string }>> = {
  signature: { zh: '日结签名无效', en: 'the closing is not signed by the site' },
  changed: {
    zh: '收到的记录与站点签名的日结不符，记录被改动过',
    en: 'the records are not those the site signed',
  },
}

/**
 * Holds what is stored here against what the site signed at the end of the day. A journal that was altered on the site
 * and chained anew is whole by its hashes; the signature of the day was made before, and says otherwise.
 */
export const projectDayClosed = async (tx: Tx, { site, at, data }: Of<SignedClosing>): Promise<void> => {
  const fault = await faultOf(tx, site, data)
  if (fault === undefined) return
  const { epoch, toSeq, day } = data
  const { zh, en } = WORDS[fault]
  const alarm = {
    alarm: `central-closing-${epoch}-${toSeq}`,
    kind: 'journal-closing' satisfies CentreKind,
    level: 'alarm',
    zh: `站点${site} ${day}：${zh}（第${epoch}纪元，至序号${toSeq}）`,
    en: `${site} ${day}: ${en} (epoch ${epoch}, up to ${toSeq})`,
  } as const
  await projectAlarm(tx, { site, at, data: alarm })
}
