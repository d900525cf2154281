import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository itself. */
export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** One refused import: which rule, which file, what it wanted (paths relative to the tree). */
export type Violation = { readonly rule: string; readonly from: string; readonly to: string }

export type Tree = { readonly root: string; readonly remove: () => void }

/** A copy of the house with nothing in it but the given files: our package.json, our dependencies. */
export const createTree = (files: Readonly<Record<string, string>>): Tree => {
  const root = mkdtempSync(join(tmpdir(), 'yaogui-house-'))
  copyFileSync(join(repository, 'package.json'), join(root, 'package.json'))
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), source)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** Runs the layer check with the repository's own rules over `folders` of a tree. */
export const runLayerCheck = (root: string, folders: readonly string[], reporter: 'err' | 'json') => {
  const config = join(repository, '.dependency-cruiser.cjs')
  const command = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const args = [command, '--config', config, '--output-type', reporter, ...folders]
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  return { exitCode: run.status, stdout: run.stdout, stderr: run.stderr }
}

/** Every refusal in a tree, as the check itself reports it. */
export const violationsIn = (root: string, folders: readonly string[]): readonly Violation[] => {
  const { stdout, stderr } = runLayerCheck(root, folders, 'json')
  if (stdout === '') throw new Error(`the layer check said nothing: ${stderr}`)
  const report = JSON.parse(stdout) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] }
  }
  return report.summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to }))
}
