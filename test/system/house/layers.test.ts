import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTree, repository, runLayerCheck, type Tree, violationsIn } from '#test/lib/house-tree.ts'

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: { layers: string }
}
/** The folders `npm run layers` looks into: what follows the configuration in its command line. */
const folders = manifest.scripts.layers.split(' ').slice(3)

/** What others import: without these a forbidden import would only be an unresolvable one. */
const targets = {
  'domain/lot.ts': 'export type Lot = string\nexport const lot = 1\n',
  'firmware-bridge/link.ts': 'export const link = 1\n',
  'hardware/ports.ts': 'export type Lock = string\nexport const ports = 1\n',
  'hardware/plan.ts': 'export const plan = 1\n',
  'hardware/drivers/board.ts': 'export const board = 1\n',
  'edge/journal.ts': 'export type Row = string\nexport const journal = 1\n',
  'cloud-sync/uplink.ts': 'export const uplink = 1\n',
  'cloud-sync/contract/messages.ts': 'export const messages = 1\n',
  'central/review.ts': 'export const review = 1\n',
  'flows/gate.ts': 'export const gate = 1\n',
  'web/shared/text.ts': 'export const text = 1\n',
  'cli/yaogui.ts': 'export const yaogui = 1\n',
  'test/lib/fake.ts': 'export const fake = 1\n',
}

/** [rule, file, its import]: each must be refused by that rule. */
const refused: readonly (readonly [string, string, string])[] = [
  ['domain-imports', 'domain/bad-hardware.ts', "import { ports } from '#hardware/ports.ts'"],
  ['domain-imports', 'domain/bad-type.ts', "import type { Row } from '../edge/journal.ts'"],
  ['domain-core-modules', 'domain/bad-disk.ts', "import { readFileSync } from 'node:fs'"],
  ['domain-core-modules', 'domain/bad-sqlite.ts', "import { DatabaseSync } from 'node:sqlite'"],
  ['domain-core-modules', 'domain/bad-timer.ts', "import { setTimeout } from 'node:timers/promises'"],
  ['domain-packages', 'domain/bad-server.ts', "import fastify from 'fastify'"],
  ['firmware-bridge-imports', 'firmware-bridge/bad.ts', "import { lot } from '#domain/lot.ts'"],
  ['hardware-imports', 'hardware/bad.ts', "import { uplink } from '#cloud-sync/uplink.ts'"],
  ['cloud-sync-imports', 'cloud-sync/bad.ts', "import { journal } from '#edge/journal.ts'"],
  ['edge-imports', 'edge/bad-centre.ts', "import { review } from '#central/review.ts'"],
  ['edge-imports', 'edge/bad-driver.ts', "import { board } from '#hardware/drivers/board.ts'"],
  ['edge-imports', 'edge/bad-bridge.ts', "import { link } from '#firmware-bridge/link.ts'"],
  ['edge-imports', 'edge/bad-dynamic.ts', "export const late = () => import('#central/review.ts')"],
  ['edge-composition-imports', 'edge/main.ts', "import { gate } from '#flows/gate.ts'"],
  ['central-imports', 'central/bad.ts', "import { journal } from '#edge/journal.ts'"],
  ['flows-imports', 'flows/bad.ts', "import { uplink } from '#cloud-sync/uplink.ts'"],
  ['flows-imports', 'flows/nodes/bad.js', "/** @type {import('../../edge/journal.ts').Row} */\nlet row"],
  ['web-imports', 'web/kiosk/bad.ts', "import { journal } from '../../edge/journal.ts'"],
  ['web-imports', 'web/kiosk/Bad.vue', page("import { journal } from '../../edge/journal.ts'")],
  ['web-has-no-node', 'web/kiosk/bad-node.ts', "import { join } from 'node:path'"],
  ['cli-is-imported-by-no-one', 'central/bad-cli.ts', "import { yaogui } from '#cli/yaogui.ts'"],
  ['production-never-imports-tests', 'edge/bad-test.ts', "import { fake } from '#test/lib/fake.ts'"],
  ['seam-serialport', 'firmware-bridge/link/bad.ts', "import { SerialPort } from 'serialport'"],
  ['seam-modbus', 'hardware/bad-modbus.ts', "import modbus from 'modbus-serial'"],
  ['seam-aedes', 'edge/api/bad.ts', "import { Aedes } from 'aedes'"],
  ['seam-influx', 'cloud-sync/history/bad.ts', "export const late = () => import('influx')"],
  ['seam-node-red', 'edge/bad-flows.ts', "import red from 'node-red'"],
  ['seam-postgres', 'central/bad-pg.ts', "import type { Pool } from 'pg'"],
  ['seam-postgres', 'central/bad-pglite.ts', "import { PGlite } from '@electric-sql/pglite'"],
  ['no-cycles', 'domain/ring-a.ts', "import { b } from './ring-b.ts'\nexport const a = b"],
  ['no-cycles', 'domain/type-ring-a.ts', "import type { B } from './type-ring-b.ts'\nexport type A = B"],
  ['no-unresolvable', 'edge/bad-nowhere.ts', "import { x } from '#domain/nowhere.ts'"],
  ['no-undeclared-package', 'central/bad-undeclared.ts', "import { build } from 'rolldown'"],
  ['no-dev-package-in-production', 'edge/bad-dev.ts', "import fc from 'fast-check'"],
]

/** The other halves of the cycles above. */
const halves = {
  'domain/ring-b.ts': "import { a } from './ring-a.ts'\nexport const b = a\n",
  'domain/type-ring-b.ts': "import type { A } from './type-ring-a.ts'\nexport type B = A\n",
}

/** Files that do what the layers allow; not one of them may be mentioned. */
const allowed: Readonly<Record<string, string>> = {
  'domain/good.ts':
    "import { createHash } from 'node:crypto'\nimport { jwtVerify } from 'jose'\nimport './lot.ts'",
  'hardware/good.ts': "import '#firmware-bridge/link.ts'\nimport type { Lot } from '#domain/lot.ts'",
  'edge/good.ts': "import '#hardware/ports.ts'\nimport '#hardware/plan.ts'\nimport '#cloud-sync/uplink.ts'",
  'edge/drivers.ts': "import '#hardware/drivers/board.ts'\nimport '#domain/lot.ts'",
  'edge/broker/good.ts': "import { Aedes } from 'aedes'",
  'central/good.ts': "import '#domain/lot.ts'\nimport '#cloud-sync/uplink.ts'",
  'central/ingest/broker-embedded.ts': "import { Aedes } from 'aedes'",
  'central/db/good.ts': "import { PGlite } from '@electric-sql/pglite'\nimport pg from 'pg'",
  'cloud-sync/history/influx.ts': "import { InfluxDB } from 'influx'",
  'firmware-bridge/link/serial.ts': "import { SerialPort } from 'serialport'",
  'flows/runtime/child.ts': "import red from 'node-red'",
  'flows/good.ts': "import '#cloud-sync/contract/messages.ts'\nimport '#domain/lot.ts'",
  'web/kiosk/Good.vue': page("import { ref } from 'vue'\nimport { text } from '../shared/text.ts'"),
  'web/kiosk/good.ts': "import '#cloud-sync/contract/messages.ts'\nimport Page from './Good.vue'",
  'cli/good.ts': "import '#edge/good.ts'\nimport '#central/review.ts'\nimport '#flows/gate.ts'",
}

function page(script: string): string {
  return `<script setup lang="ts">\n${script}\n</script>\n<template><p>药柜</p></template>\n`
}

describe('the layers of the house', () => {
  let tree: Tree
  let violations: ReturnType<typeof violationsIn>

  beforeAll(() => {
    const bad = Object.fromEntries(refused.map(([, file, source]) => [file, source]))
    tree = createTree({ ...targets, ...halves, ...allowed, ...bad })
    violations = violationsIn(tree.root, folders)
  })
  afterAll(() => tree.remove())

  it.each(refused)('%s refuses %s', (rule, file) => {
    expect(violations.filter(v => v.from === file).map(v => v.rule)).toContain(rule)
  })

  it('refuse nothing that is allowed', () => {
    const expected = new Set([...refused.map(([, file]) => file), ...Object.keys(halves)])
    expect(violations.filter(v => !expected.has(v.from))).toEqual([])
  })

  it('make the command fail for one forbidden import and pass without it', () => {
    const clean = createTree({ ...targets, 'edge/good.ts': "import '#domain/lot.ts'\n" })
    const dirty = createTree({ ...targets, 'edge/bad.ts': "import '#central/review.ts'\n" })
    try {
      expect(runLayerCheck(clean.root, folders, 'err')).toMatchObject({ exitCode: 0 })
      const run = runLayerCheck(dirty.root, folders, 'err')
      expect(run.exitCode).not.toBe(0)
      expect(run.stdout).toContain('edge-imports: edge/bad.ts → central/review.ts')
    } finally {
      clean.remove()
      dirty.remove()
    }
  })
})

describe('this repository', () => {
  it('keeps its own layers', () => {
    const run = runLayerCheck(repository, folders, 'err')
    expect(run.stdout).toContain('no dependency violations found')
    expect(run.exitCode).toBe(0)
  })

  it('has no folder of code that the layer check does not look into', () => {
    const outside = ['test', 'bench', 'docs', 'deploy', 'node_modules', 'artifacts', 'dist', 'data']
    const code = readdirSync(repository, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.') && !outside.includes(entry.name))
      .map(entry => entry.name)
    expect(code.filter(name => !folders.includes(name))).toEqual([])
    expect(folders.filter(name => !existsSync(join(repository, name)))).toEqual([])
  })
})
