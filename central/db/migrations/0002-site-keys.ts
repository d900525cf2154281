/** The keys with which a site signs its days, as its journal named them. The first is trusted; a later one is looked at. */
export const statements: readonly string[] = [
  `CREATE TABLE site_keys (site text, kid text, jwk text NOT NULL, at text NOT NULL, PRIMARY KEY (site, kid))`,
]
