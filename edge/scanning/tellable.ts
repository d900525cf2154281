const MAX_TEXT = 64

/** The 18 characters of an identity number (GB 11643), wherever they stand. */
const IDENTITY = /\d{6}(?:19|20)\d{9}[\dXx]/g

/**
 * What the journal may say of a text that was not understood: enough to find the cause, nothing of a patient and no
 * credential. Slips, tokens and badges are named by kind and length alone.
 */
export const tellable = (text: string): string => {
  const [secret] = /^(?:RX1:|YGB:|YGP:|eyJ)/.exec(text) ?? []
  if (secret !== undefined) return `${secret}…(${text.length})`
  return text
    .slice(0, 2 * MAX_TEXT)
    .replaceAll(IDENTITY, '(身份证号)')
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '·')
    .slice(0, MAX_TEXT)
}
