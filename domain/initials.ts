import { pinyin } from 'pinyin-pro'

/** The letters a character may be called by (曾 is C and Z); what is no Chinese character stands for itself, upper case. */
const lettersOf = (character: string): ReadonlySet<string> => {
  const readings: readonly string[] = pinyin(character, { multiple: true, toneType: 'none', type: 'array' })
  return new Set(readings.map(reading => reading.slice(0, 1).toUpperCase()))
}

/** Blanks, brackets, dots and the like are not said. */
const isSaid = (character: string): boolean => /[\p{L}\p{N}]/u.test(character)

/** For each character of a name the letters it may be called by. */
export type Initials = readonly ReadonlySet<string>[]

export const initialsOf = (name: string): Initials => [...name].filter(isSaid).map(lettersOf)

/** Do these letters stand in the name one after another? Case does not matter. */
export const matchesInitials = (letters: string, initials: Initials): boolean => {
  const wanted = [...letters.toUpperCase()]
  return initials.some((_, from) => wanted.every((letter, at) => initials[from + at]?.has(letter) ?? false))
}
