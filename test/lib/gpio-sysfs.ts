/**
 * Loaded before a program with `--import`: plays the kernel's GPIO for it. What is at /sys/class/gpio is looked for in the
 * folder GPIO_TREE; `export` makes a line, `direction` sets its level, and each change of an output's level is written
 * down in the file `edges` there, with the machine's monotonic time. The program and onoff are what they always are.
 *
 * What a line's folder can hold besides: `locked` (its configuration cannot be written, as with a line that another user
 * exported), `shorted` (it reads high whatever is written). GPIO_ADDON=absent: onoff cannot be loaded.
 */
import fs, { type PathLike } from 'node:fs'
import { registerHooks, syncBuiltinESMExports } from 'node:module'

const SYSFS = '/sys/class/gpio'
const tree = process.env.GPIO_TREE ?? ''
if (tree === '') throw new Error('GPIO_TREE is not set')

const { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } = fs
const { readdirSync, realpathSync } = fs

const edges = openSync(`${tree}/edges`, 'a')

const place = <P>(path: P): P | string =>
  typeof path === 'string' && (path === SYSFS || path.startsWith(`${SYSFS}/`))
    ? tree + path.slice(SYSFS.length)
    : path

const failure = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${path}`), { code, syscall: 'write', path })

const show = (line: string, high: boolean): void => {
  const folder = `${tree}/gpio${line}`
  const level = high || existsSync(`${folder}/shorted`) ? '1' : '0'
  if (readFileSync(`${folder}/value`, 'utf8').trim() !== level) {
    writeSync(edges, `${Number(process.hrtime.bigint()) / 1e6} ${line} ${level}\n`)
  }
  // In place and one byte long: whoever looks sees the old level or the new one.
  const fd = openSync(`${folder}/value`, 'r+')
  writeSync(fd, level, 0)
  closeSync(fd)
}

const makeLine = (line: string): void => {
  const busy = `${tree}/busy`
  if (existsSync(busy) && readFileSync(busy, 'utf8').split(/\s+/).includes(line))
    throw failure('EBUSY', `gpio${line}`)
  mkdirSync(`${tree}/gpio${line}`)
  for (const [file, text] of Object.entries({ direction: 'in', active_low: '0', edge: 'none', value: '0' }))
    writeFileSync(`${tree}/gpio${line}/${file}`, text)
}

const configure = (line: string, file: string, text: string): void => {
  const path = `${tree}/gpio${line}/${file}`
  if (existsSync(`${tree}/gpio${line}/locked`)) throw failure('EPERM', path)
  if (file !== 'direction') writeFileSync(path, text)
  else {
    writeFileSync(path, text === 'in' ? 'in' : 'out')
    if (text !== 'in') show(line, text === 'high')
  }
}

const write = (path: string, text: string): void => {
  const [, line, file] = /\/gpio(\d+)\/(\w+)$/.exec(path) ?? []
  if (path === `${tree}/export`) makeLine(text)
  // Not there yet: the simulated twin makes its own lines.
  else if (line === undefined || file === undefined || !existsSync(path)) writeFileSync(path, text)
  else if (file === 'value') show(line, text.startsWith('1'))
  else configure(line, file, text)
}

/** Open `value` files. */
const values = new Map<number, string>()

Object.assign(fs, {
  existsSync: (path: PathLike) => existsSync(place(path)),
  readdirSync: (path: PathLike) => readdirSync(place(path)),
  realpathSync: (path: PathLike) => realpathSync(place(path)),
  readFileSync: (path: PathLike, options?: BufferEncoding) =>
    options === undefined ? readFileSync(place(path)) : readFileSync(place(path), options),
  writeFileSync: (path: PathLike, data: string, options?: fs.WriteFileOptions) => {
    const at = place(path)
    if (typeof at === 'string' && at.startsWith(tree)) write(at, String(data))
    else writeFileSync(path, data, options)
  },
  openSync: (path: PathLike, flags: fs.OpenMode, mode?: fs.Mode) => {
    const at = place(path)
    const fd = openSync(at, flags, mode)
    const [, line] = /\/gpio(\d+)\/value$/.exec(String(at)) ?? []
    if (line !== undefined) values.set(fd, line)
    return fd
  },
  closeSync: (fd: number) => {
    values.delete(fd)
    closeSync(fd)
  },
  writeSync: (fd: number, data: Buffer, offset?: number, length?: number, position?: number) => {
    const line = values.get(fd)
    if (line === undefined) return writeSync(fd, data, offset, length, position)
    show(line, data.toString().startsWith('1'))
    return data.length
  },
})
syncBuiltinESMExports()

if (process.env.GPIO_ADDON === 'absent')
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'onoff') throw failure('MODULE_NOT_FOUND', specifier)
      return next(specifier, context)
    },
  })
