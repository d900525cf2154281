import { YaoguiError } from '#domain/error.ts'
import { matchesInitials } from '#domain/initials.ts'
import type { InitialsCache } from './search.ts'

/** R5: what tells drugs apart without an order. */
const ALONE = 5
const WITH_STRENGTH = 3

export type DrugQuery = { readonly q: string; readonly strength?: string | undefined }
export type SearchedItem = { readonly id: string; readonly name: string; readonly spec: string }

const tooShort = (): YaoguiError =>
  new YaoguiError('E_SEARCH_SHORT', {
    zh: `查找太短，分不清药品：请输入 ${ALONE} 个字母，或 ${WITH_STRENGTH} 个首字母加规格`,
    en: `too short to tell drugs apart: ${ALONE} letters, or ${WITH_STRENGTH} initials and the strength`,
    wayOut: { zh: '例如 ALDPP，或 ALD 加 5mg', en: 'e.g. ALDPP, or ALD and 5mg' },
  })

const narrow = (text: string): string => text.toLowerCase().replaceAll(/\s/g, '')

/** `5mg` is in `5mg×28片`, not in `25mg×28片` or `0.5mg`; a bare `5` is in the first too. */
const hasStrength = (spec: string, strength: string): boolean => {
  const [given, wanted] = [narrow(spec), narrow(strength)]
  for (let at = given.indexOf(wanted); at >= 0; at = given.indexOf(wanted, at + 1)) {
    const [before, after] = [given[at - 1] ?? '', given[at + wanted.length] ?? '']
    const cutsNumber = /[\d.]/.test(before) || (/\d$/.test(wanted) && /[\d.]/.test(after))
    const cutsUnit = /[a-zμ]$/.test(wanted) && /[a-zμ]/.test(after)
    if (!cutsNumber && !cutsUnit) return true
  }
  return false
}

/** Which items these letters mean, outside the order flow (R5). Errors: E_SEARCH_SHORT. */
export const findDrugs = <T extends SearchedItem>(
  items: readonly T[],
  { q, strength = '' }: DrugQuery,
  initials: InitialsCache,
): readonly T[] => {
  const letters = q.trim().toUpperCase()
  const enough = strength.trim() === '' ? ALONE : WITH_STRENGTH
  if ([...letters].length < enough) throw tooShort()
  return items.filter(
    ({ name, spec }) =>
      (name.toUpperCase().includes(letters) || matchesInitials(letters, initials(name))) &&
      (strength.trim() === '' || hasStrength(spec, strength)),
  )
}
