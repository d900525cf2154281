import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lines, verifyLine } from './lines.ts'
import { lowerLine } from './sysfs.ts'

/**
 * The simulated twin: lines that are files in a plain directory tree laid out as the kernel's. Somebody else's hand on
 * those files is the world: it writes the `value` of an input and sees that of an output.
 */
export const openTreeLines = (root: string): Lines => {
  const fileOf = (line: number, file: string): string => join(root, `gpio${line}`, file)
  const read = (line: number, file: string): string => readFileSync(fileOf(line, file), 'utf8').trim()
  const open = (line: number, direction: 'in' | 'out'): { readonly isHigh: () => boolean } => {
    if (!existsSync(fileOf(line, 'value'))) {
      mkdirSync(join(root, `gpio${line}`), { recursive: true })
      writeFileSync(fileOf(line, 'active_low'), '0')
      writeFileSync(fileOf(line, 'value'), '0')
    }
    writeFileSync(fileOf(line, 'direction'), direction)
    if (direction === 'out') writeFileSync(fileOf(line, 'value'), '0')
    const isHigh = (): boolean => read(line, 'value') === '1'
    verifyLine(line, direction, {
      direction: read(line, 'direction'),
      activeLow: read(line, 'active_low') === '1',
      isHigh: isHigh(),
    })
    return { isHigh }
  }
  return {
    output: line => ({
      ...open(line, 'out'),
      set: high => writeFileSync(fileOf(line, 'value'), high ? '1' : '0'),
      drop: () => void lowerLine(root, line),
    }),
    input: line => open(line, 'in'),
  }
}
