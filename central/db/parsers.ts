/** Type ids of PostgreSQL whose text both drivers are told to read the same way. */
const INT8 = 20
const TIMESTAMPTZ = 1184

/** Sequence numbers stay below 2^53 for some hundred million years; beyond it this would lie, so it refuses. */
const parseInt8 = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer out of range: ${text}`)
  return value
}

/** int8 → number, timestamptz → ISO 8601 UTC text. */
export const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [INT8]: parseInt8,
  [TIMESTAMPTZ]: text => new Date(text).toISOString(),
}
