/** The lists that grow with the years, read in the order in which they are shown, and each prescription's overrides. */
export const LISTS = `
CREATE INDEX overrides_rx ON overrides (rx, started_at, id);
CREATE INDEX overrides_first ON overrides (status <> 'open', started_at DESC, id);
CREATE INDEX custody_newest ON custody (taken_at DESC, id);
CREATE INDEX notices_at ON notices (at);
`
