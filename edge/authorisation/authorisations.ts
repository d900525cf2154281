import type { JWK } from 'jose'
import type { Claims } from '#domain/authorisation/claims.ts'
import { type TrustedKeys, trustedKeys } from '#domain/authorisation/keys.ts'
import { verifyQr } from '#domain/authorisation/qr.ts'
import { refusal } from '#domain/authorisation/refusal.ts'
import { verifyToken } from '#domain/authorisation/token.ts'
import type { EdgeClock } from '../clock.ts'
import type { Database } from '../journal/database.ts'
import { getMeta } from '../journal/meta.ts'

export type AuthorisationStatus = 'waiting' | 'in-progress' | 'dispensed' | 'revoked' | 'review'
export type Authorisation = {
  readonly jti: string
  readonly claims: Claims
  readonly token: string
  readonly receivedAt: string
  readonly status: AuthorisationStatus
}

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

/** What the centre authorised. The stored token is verified again before every unlock: the table is only a cache. */
export const createAuthorisations = ({ db, clock, issuer, site }: Options) => {
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
  const verify = async (token: string): Promise<Claims> => {
    const expected = { issuer, site, now: clock.now() }
    return token.startsWith('RX1:') ? verifyQr(token, keys(), expected) : verifyToken(token, keys(), expected)
  }

  /** Signed before the journal was damaged, and not found in it again: nobody can say whether it was dispensed. */
  const doubtful = ({ iat }: Claims): boolean => {
    const before = getMeta(db, 'doubtBefore')
    return before !== undefined && iat * 1_000 < Date.parse(before)
  }

  return {
    find,
    verify,
    trust: (jwks: readonly JWK[]): void => {
      for (const kid of trustedKeys(jwks).keys()) {
        const jwk = JSON.stringify(jwks.find(one => one.kid === kid))
        // Asked at every start, over a full disk too: nothing is written that is there.
        if (db.get('SELECT 1 FROM trusted_keys WHERE kid = ? AND jwk = ?', kid, jwk)) continue
        db.run('INSERT OR REPLACE INTO trusted_keys VALUES (?, ?)', kid, jwk)
      }
    },
    /** Inside a transaction. The first token of a jti stands; a second one changes nothing. */
    store: (claims: Claims, token: string): void =>
      db.run(
        'INSERT OR IGNORE INTO authorisations (jti, rx, token, claims, received_at, status) VALUES (?,?,?,?,?,?)',
        claims.jti,
        claims.rx,
        token,
        JSON.stringify(claims),
        clock.now().toISOString(),
        revoked(claims.jti) ? 'revoked' : doubtful(claims) ? 'review' : 'waiting',
      ),
    /** Inside a transaction. What is already dispensed stays so: the revocation came too late and reconciliation says it. */
    revoke: (jti: string, reason: string): void => {
      db.run('INSERT OR REPLACE INTO revocations VALUES (?, ?)', jti, reason)
      db.run("UPDATE authorisations SET status = 'revoked' WHERE jti = ? AND status = 'waiting'", jti)
    },
    setStatus: (jti: string, status: AuthorisationStatus): void =>
      db.run('UPDATE authorisations SET status = ? WHERE jti = ?', status, jti),
    /**
     * May this fill be dispensed now (R1)? `session` is the one that already works on it, if any.
     * Errors: the codes of REFUSALS, E_RX_UNKNOWN, E_RX_REVOKED and E_RX_USED among them.
     */
    admit: async (jti: string, { inSession = false } = {}): Promise<Authorisation> => {
      const known = find(jti)
      if (!known) throw refusal('E_RX_UNKNOWN')
      const claims = await verify(known.token)
      // A row may have been changed by hand: only what was signed counts.
      if (claims.jti !== jti) throw refusal('E_RX_MALFORMED')
      if (revoked(jti)) throw refusal('E_RX_REVOKED')
      if (known.status !== (inSession ? 'in-progress' : 'waiting')) throw refusal('E_RX_USED')
      return { ...known, claims }
    },
    list: (): readonly Authorisation[] =>
      db
        .all<Row>('SELECT * FROM authorisations ORDER BY received_at DESC, jti LIMIT 500')
        .map(authorisationOf),
  }
}

export type Authorisations = ReturnType<typeof createAuthorisations>
