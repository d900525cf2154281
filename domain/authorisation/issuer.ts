/** Name of a county's centre as it stands in `iss` of every token: what a site expects before it looks at anything else. */
export const issuerOf = (county: string): string => `${county}-centre`
