/** What was taken at a site before its review (R2, R3): `status` open → ordered (the site was told of the match) → matched (it says so). */
export const statements: readonly string[] = [
  `CREATE TABLE overrides (site text, id text, session text NOT NULL, rx text NOT NULL, body text NOT NULL,
     started_at text NOT NULL, status text NOT NULL, matched_jti text, matched_by text, matched_at text, note text,
     PRIMARY KEY (site, id))`,
  'CREATE INDEX overrides_rx ON overrides (site, rx)',
]
