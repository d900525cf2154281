import type { Item } from '#domain/drug.ts'

/** By pinyin initials, a part of the name, the ATC code or the id. Empty text finds all. */
export const matches = (item: Item, text: string): boolean => {
  const asked = text.trim().toUpperCase()
  return (
    asked === '' ||
    item.initials.toUpperCase().includes(asked) ||
    item.name.includes(text.trim()) ||
    item.id.toUpperCase().includes(asked) ||
    item.atc.toUpperCase().startsWith(asked)
  )
}
