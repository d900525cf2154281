/**
 * `lost_at`: packs that were brought back and never found again (R11). `excursions`: ids, separated by spaces, of what goods
 * went through in a cold return place (R20).
 */
export const LEFTOVERS = `
ALTER TABLE returns ADD COLUMN lost_at TEXT;
ALTER TABLE returns ADD COLUMN excursions TEXT;
`
