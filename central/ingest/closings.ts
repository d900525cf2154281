import { isSignedBy, type SignedClosing, type SiteJwk } from '#domain/journal/closing.ts'
import type { Tx } from '../db/open.ts'
import { raiseCentreAlarm } from '../monitoring/centre-alarms.ts'
import { clearIfClosed } from './closing-missing.ts'

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
  await raiseCentreAlarm(tx, { site, at, id: `central-site-key-${kid}`, kind: 'site-key', ...text })
}

type Fault = 'signature' | 'changed'

const check = async (
  tx: Tx,
  site: string,
  closing: SignedClosing,
): Promise<Fault | 'nothing-here' | 'holds'> => {
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
  // A closing salvaged from an epoch that was lost on its way: there is nothing to hold against it.
  if (row === undefined) return 'nothing-here'
  return row.hash === head ? 'holds' : 'changed'
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
export const projectDayClosed = async (
  tx: Tx,
  { site, at, now, data }: Of<SignedClosing> & { readonly now: string },
): Promise<void> => {
  const found = await check(tx, site, data)
  if (found === 'nothing-here') return
  const { epoch, toSeq, day } = data
  if (found === 'holds') {
    const row = { site, epoch, to_seq: toSeq, day }
    await tx
      .insertInto('closings')
      .values(row)
      .onConflict(conflict => conflict.doNothing())
      .execute()
    await clearIfClosed(tx, { site, now })
    return
  }
  const { zh, en } = WORDS[found]
  await raiseCentreAlarm(tx, {
    ...{ site, at, id: `central-closing-${epoch}-${toSeq}`, kind: 'journal-closing' },
    zh: `站点${site} ${day}：${zh}（第${epoch}纪元，至序号${toSeq}）`,
    en: `${site} ${day}: ${en} (epoch ${epoch}, up to ${toSeq})`,
  })
}
