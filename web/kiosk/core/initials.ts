/**
 * Pinyin initials without a dictionary: the browser already sorts Chinese by pinyin, so the letter of a character is
 * that of the last boundary it sorts at or after. The boundaries are the first characters of each letter.
 */
const BOUNDARIES = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他穵夕丫帀'
const LETTERS = 'ABCDEFGHJKLMNOPQRSTWXYZ'

/** Names said otherwise than the sort says; both letters find them. */
const OTHER: Readonly<Record<string, string>> = {
  曾: 'Z',
  单: 'S',
  解: 'X',
  仇: 'Q',
  区: 'O',
  朴: 'P',
  查: 'Z',
  盖: 'G',
  尉: 'Y',
  翟: 'Z',
  覃: 'Q',
  乐: 'Y',
  长: 'C',
  重: 'C',
}

const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin')
const isHan = (character: string): boolean => /\p{Script=Han}/u.test(character)

const letterOf = (character: string): string => {
  if (/[a-z0-9]/i.test(character)) return character.toUpperCase()
  if (!isHan(character)) return ''
  let letter = ''
  ;[...BOUNDARIES].every((boundary, index) => {
    if (collator.compare(character, boundary) < 0) return false
    letter = LETTERS[index] ?? ''
    return true
  })
  return letter
}

/** `张长河` → `ZZH` and with other readings `ZCH`. */
export const initialsOf = (text: string): readonly string[] => {
  const plain = [...text].map(letterOf).join('')
  const other = [...text].map(character => OTHER[character] ?? letterOf(character)).join('')
  return plain === other ? [plain] : [plain, other]
}

/** True when any text holds the query in its initials, or as it stands (numbers). An empty query matches all. */
export const matches = (query: string, texts: readonly string[]): boolean =>
  texts.some(text => [text.toUpperCase(), ...initialsOf(text)].some(form => form.includes(query)))
