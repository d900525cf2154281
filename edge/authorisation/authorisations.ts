import type { JWK } from 'jose'
import type { Claims } from '#domain/authorisation/claims.ts'
import { type TrustedKeys, trustedKeys } from '#domain/authorisation/keys.ts'
import { verifyQr } from '#domain/authorisation/qr.ts'
import { clockBack, refusal, tooEarly } from '#domain/authorisation/refusal.ts'
import { verifyToken } from '#domain/authorisation/token.ts'
import { codeOf } from '#domain/error.ts'
import { DAY, endOfShanghaiDay, shanghaiDay } from '#domain/time.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import { getMeta } from '../journal/meta.ts'
import { createJudgedTime } from './judged-time.ts'

export type AuthorisationStatus = 'waiting' | 'in-progress' | 'dispensed' | 'revoked' | 'review'
export type Authorisation = {
  readonly jti: string
  readonly claims: Claims
  readonly token: string
  readonly receivedAt: string
  readonly status: AuthorisationStatus
}

export type Admission = { readonly inSession?: boolean; readonly putBackSince?: string }

const SHOWN = 500

type Row = { jti: string; token: string; claims: string; received_at: string; status: AuthorisationStatus }

const authorisationOf = (row: Row): Authorisation => ({
  jti: row.jti,
  token: row.token,
  claims: JSON.parse(row.claims) as Claims,
  receivedAt: row.received_at,
  status: row.status,
})

type Options = {
  readonly db: Database
  readonly clock: EdgeClock
  readonly issuer: string
  readonly site: string
}

/** The same patient, as far as the claims say: a number is only one institution's. */
const samePatient = ({ patient: a }: Claims, { patient: b }: Claims): boolean =>
  a.idHash !== undefined && b.idHash !== undefined
    ? a.idHash === b.idHash
    : a.name === b.name && a.birthYear === b.birthYear

/** What the centre authorised. The stored token is verified again before every unlock: the table is only a cache. */
export const createAuthorisations = ({ db, clock, issuer, site }: Options) => {
  const time = createJudgedTime({ db, clock })
  const keys = (): TrustedKeys =>
    trustedKeys(
      db.all<{ jwk: string }>('SELECT jwk FROM trusted_keys').map(({ jwk }) => JSON.parse(jwk) as JWK),
    )
  const find = (jti: string): Authorisation | undefined => {
    const row = db.get<Row>('SELECT * FROM authorisations WHERE jti = ?', jti)
    return row && authorisationOf(row)
  }
  const revoked = (jti: string): boolean =>
    db.get('SELECT 1 FROM revocations WHERE jti = ?', jti) !== undefined

  /** `RX1:…` from a patient's slip or a compact JWS. Errors: the codes of REFUSALS. */
  const verifyAt = async (token: string, now: Date, early?: 'kept'): Promise<Claims> => {
    const expected = { issuer, site, now, ...(early ? { early } : {}) }
    return token.startsWith('RX1:') ? verifyQr(token, keys(), expected) : verifyToken(token, keys(), expected)
  }

  /** As `verifyAt`; E_CLOCK_BACK where only the clock that was set back would let it pass. */
  const verify = async (token: string, now = time.now()): Promise<Claims> => {
    try {
      return await verifyAt(token, now)
    } catch (error) {
      if (codeOf(error) !== 'E_RX_EXPIRED' || clock.now() >= now) throw error
      const byTheClock = await verifyAt(token, clock.now()).then(() => '', codeOf)
      throw byTheClock === 'E_RX_EXPIRED' ? error : clockBack()
    }
  }

  /** Between two fills of one prescription lie `minIntervalDays` calendar days. Errors: E_RX_TOO_EARLY. */
  const checkInterval = (claims: Claims): void => {
    const { rx, fill, minIntervalDays } = claims
    if (minIntervalDays === undefined || fill === 1) return
    const days = db
      .all<{ claims: string; dispensed_at: string }>(
        'SELECT claims, dispensed_at FROM authorisations WHERE rx = ? AND jti <> ? AND dispensed_at IS NOT NULL',
        rx,
        claims.jti,
      )
      .filter(row => samePatient(JSON.parse(row.claims) as Claims, claims))
      .map(row => shanghaiDay(new Date(row.dispensed_at)))
    const last = days.toSorted().at(-1)
    if (last === undefined) return
    const from = shanghaiDay(new Date(endOfShanghaiDay(last).getTime() + (minIntervalDays - 1) * DAY))
    if (shanghaiDay(time.now()) < from) throw tooEarly(from)
  }

  /** Signed before the journal was damaged, and not found in it again: nobody can say whether it was dispensed. */
  const doubtful = ({ iat }: Claims): boolean => {
    const before = getMeta(db, 'doubtBefore')
    return before !== undefined && iat * 1_000 < Date.parse(before)
  }

  /** R16: what was handed out by key before its order came here is not handed out again; each entry is one fill. */
  const takeHandedOut = ({ rx, jti }: Claims): { readonly at: string } | undefined => {
    const entry = db.get<{ id: string; at: string }>(
      'SELECT id, at FROM downtime_entries WHERE rx = ? AND jti IS NULL ORDER BY at, id LIMIT 1',
      rx,
    )
    if (entry) db.run('UPDATE downtime_entries SET jti = ? WHERE id = ?', jti, entry.id)
    return entry
  }

  return {
    find,
    verify,
    /**
     * What an order brought, before it is kept. Whether it is valid yet is asked when it is used: a Pi without a network
     * may live in the past. Errors: the codes of REFUSALS, without E_RX_NOT_YET.
     */
    verifyOrder: (token: string): Promise<Claims> => verifyAt(token, clock.now(), 'kept'),
    /** The time by which orders are judged, and what the centre says of it. */
    time,
    trust: (jwks: readonly JWK[]): void => {
      for (const kid of trustedKeys(jwks).keys()) {
        const jwk = JSON.stringify(jwks.find(one => one.kid === kid))
        // Asked at every start, over a full disk too: nothing is written that is there.
        if (db.get('SELECT 1 FROM trusted_keys WHERE kid = ? AND jwk = ?', kid, jwk)) continue
        db.run('INSERT OR REPLACE INTO trusted_keys VALUES (?, ?)', kid, jwk)
      }
    },
    /** Inside a transaction. The first token of a jti stands; a second one changes nothing. */
    store: (claims: Claims, token: string): void => {
      if (find(claims.jti)) return
      const handed = revoked(claims.jti) ? undefined : takeHandedOut(claims)
      db.run(
        `INSERT INTO authorisations (jti, rx, token, claims, received_at, status, dispensed_at)
         VALUES (?,?,?,?,?,?,?)`,
        claims.jti,
        claims.rx,
        token,
        JSON.stringify(claims),
        clock.now().toISOString(),
        revoked(claims.jti) ? 'revoked' : handed ? 'dispensed' : doubtful(claims) ? 'review' : 'waiting',
        handed?.at ?? null,
      )
    },
    /** Inside a transaction. What is already dispensed stays so: the revocation came too late and reconciliation says it. */
    revoke: (jti: string, reason: string): void => {
      db.run('INSERT OR REPLACE INTO revocations VALUES (?, ?)', jti, reason)
      db.run("UPDATE authorisations SET status = 'revoked' WHERE jti = ? AND status = 'waiting'", jti)
    },
    /** Inside a transaction. What was revoked while it was worked on does not wait again. */
    setStatus: (jti: string, status: AuthorisationStatus): void =>
      db.run(
        'UPDATE authorisations SET status = ?, dispensed_at = ? WHERE jti = ?',
        status === 'waiting' && revoked(jti) ? 'revoked' : status,
        status === 'dispensed' ? time.now().toISOString() : null,
        jti,
      ),
    /**
     * May this fill be dispensed now (R1)? `inSession`: by the session that works on it. `putBackSince`: only to put back, in
     * a session that began then; what ran out or was revoked since must not keep goods out of their drawer.
     * Errors: the codes of REFUSALS, E_RX_UNKNOWN, E_RX_REVOKED, E_RX_USED, E_RX_TOO_EARLY and
     * E_CLOCK_BACK among them.
     */
    admit: async (
      jti: string,
      { inSession = false, putBackSince }: Admission = {},
    ): Promise<Authorisation> => {
      const known = find(jti)
      if (!known) throw refusal('E_RX_UNKNOWN')
      const claims = await verify(
        known.token,
        putBackSince === undefined ? time.now() : new Date(putBackSince),
      )
      // A row may have been changed by hand: only what was signed counts.
      if (claims.jti !== jti) throw refusal('E_RX_MALFORMED')
      if (putBackSince === undefined && revoked(jti)) throw refusal('E_RX_REVOKED')
      if (known.status !== (inSession ? 'in-progress' : 'waiting')) throw refusal('E_RX_USED')
      if (!inSession) checkInterval(claims)
      return { ...known, claims }
    },
    /** Newest first: the last 500, and whatever else waits and has not expired, such as a refill that came early. */
    list: (): readonly Authorisation[] => {
      const rows = db.all<Row>(`SELECT * FROM authorisations ORDER BY received_at DESC, jti LIMIT ${SHOWN}`)
      const known = new Set(rows.map(({ jti }) => jti))
      const older =
        rows.length < SHOWN
          ? []
          : db
              .all<Row>(
                "SELECT * FROM authorisations WHERE status = 'waiting' AND json_extract(claims, '$.exp') > ?",
                time.now().getTime() / 1_000,
              )
              .filter(({ jti }) => !known.has(jti))
              .sort((a, b) => (a.received_at < b.received_at ? 1 : -1))
      return [...rows, ...older].map(authorisationOf)
    },
  }
}

export type Authorisations = ReturnType<typeof createAuthorisations>
