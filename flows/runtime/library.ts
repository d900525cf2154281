/** Node-RED's library: pieces of flows and functions people keep, by kind and path (`functions`, `temp/warm.js`). */
export type LibraryEntry = { readonly meta: object; readonly body: unknown }
export type Library = { readonly [kindAndPath: string]: LibraryEntry }

const keyOf = (kind: string, path: string): string => `${kind}/${path.replace(/^\/+|\/+$/g, '')}`

const isEntry = (value: unknown): value is LibraryEntry =>
  typeof value === 'object' && value !== null && 'meta' in value && 'body' in value

/** Keeps the entries of a stored file that are entries. */
export const libraryOf = (stored: object): Library =>
  Object.fromEntries(
    Object.entries(stored).filter((pair): pair is [string, LibraryEntry] => isEntry(pair[1])),
  )

/**
 * What Node-RED asks: the body when `path` names an entry, else the list of the folder: folders as strings,
 * entries as `{fn, ...meta}`.
 */
export const lookUp = (library: Library, kind: string, path: string): unknown => {
  const key = keyOf(kind, path)
  if (Object.hasOwn(library, key)) return library[key]?.body
  const folder = key.endsWith('/') ? key : `${key}/`
  const inside = Object.entries(library)
    .filter(([name]) => name.startsWith(folder))
    .map(([name, entry]) => ({ rest: name.slice(folder.length), entry }))
  const folders = inside
    .filter(({ rest }) => rest.includes('/'))
    .map(({ rest }) => rest.slice(0, rest.indexOf('/')))
  const files = inside
    .filter(({ rest }) => !rest.includes('/'))
    .map(({ rest, entry }) => ({ ...entry.meta, fn: rest }))
  return [...new Set(folders), ...files]
}

export const withEntry = (library: Library, kind: string, path: string, entry: LibraryEntry): Library => ({
  ...library,
  [keyOf(kind, path)]: entry,
})
