import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import ts from 'typescript'

/** What the guest is started with; the rest follows from what these import. */
const ENTRIES = ['test/pi/guest/agent.ts']
const SKIPPED =
  /\.(?:map|d\.[cm]?ts|md|markdown|html|flow|tgz)$|(?:^|\/)(?:test|tests|docs|examples?|benchmarks?)\//
const FOREIGN_BINARY = /(?:^|\/)prebuilds\/(?!linux-arm64\/[^/]*glibc)/
const STARTED_BY_PATH = /new URL\('(\.[^']+\.(?:ts|js|json))', import\.meta\.url\)/g

type Found = { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> }

const namesIn = (text: string): readonly string[] => [
  ...ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName),
  ...[...text.matchAll(STARTED_BY_PATH)].map(([, path]) => path ?? ''),
]

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

/** Our own files that the entries reach, by import or as a process of their own, and the packages they name. */
const reach = (root: string): Found => {
  const files = new Set<string>()
  const packages = new Set<string>()
  const queue = [...ENTRIES]
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file) || !existsSync(join(root, file))) continue
    files.add(file)
    if (!file.endsWith('.ts') && !file.endsWith('.js')) continue
    for (const name of namesIn(readFileSync(join(root, file), 'utf8'))) {
      if (name.startsWith('node:')) continue
      if (name.startsWith('.')) queue.push(normalize(join(dirname(file), name)))
      else if (name.startsWith('#')) queue.push(name.slice(1))
      else packages.add(packageOf(name))
    }
  }
  return { files, packages }
}

/** Where Node would find a package, looking from `from` upwards. */
const locate = (root: string, from: string, name: string): string | undefined => {
  for (let at = from; at.startsWith(root); at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  return undefined
}

type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const packageFolders = (root: string, names: Iterable<string>): ReadonlySet<string> => {
  const folders = new Set<string>()
  const queue = [...names].map(name => ({ name, from: root }))
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const folder = locate(root, next.from, next.name)
    if (folder === undefined || folders.has(folder)) continue
    folders.add(folder)
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Manifest
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      queue.push({ name, from: folder })
  }
  return folders
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.name === 'node_modules') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : []
  })

/** Paths, from the repository's root, of all that the agent runs on: sources, packages, nothing of the centre. */
export const agentFiles = (root: string): readonly string[] => {
  const { files, packages } = reach(root)
  const ofPackages = [...packageFolders(root, packages)].flatMap(folder =>
    filesIn(folder).filter(path => {
      const inside = relative(folder, path)
      return !SKIPPED.test(inside) && !FOREIGN_BINARY.test(inside)
    }),
  )
  return ['package.json', ...files, ...ofPackages.map(path => relative(root, path))].sort()
}
