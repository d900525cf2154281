import { statfsSync } from 'node:fs'
import { type Wording, YaoguiError } from '#domain/error.ts'

export const DISK_CODES = ['E_DISK_FULL', 'E_DISK_READONLY', 'E_DISK_FAULT'] as const
export type DiskCode = (typeof DISK_CODES)[number]

const WORDS: Readonly<Record<DiskCode, Wording & { readonly wayOut: Wording }>> = {
  E_DISK_FULL: {
    zh: '存储卡已满，无法记录，暂不能开抽屉',
    en: 'the disk is full: nothing can be written down, so no drawer may be unlocked',
    wayOut: {
      zh: '请联系技术人员清理或更换存储卡；已有记录都在，腾出空间后自动恢复',
      en: 'have the technician free space or change the card; what is there is kept, work goes on by itself then',
    },
  },
  E_DISK_READONLY: {
    zh: '存储卡变为只读，无法记录，暂不能开抽屉',
    en: 'the disk is read-only: nothing can be written down, so no drawer may be unlocked',
    wayOut: {
      zh: '存储卡可能将坏：请联系技术人员尽快备份并更换；已有记录都在',
      en: 'the card may be failing: have it backed up and changed soon; what is there is kept',
    },
  },
  E_DISK_FAULT: {
    zh: '存储卡读写出错，无法记录，暂不能开抽屉',
    en: 'the disk does not write: nothing can be written down, so no drawer may be unlocked',
    wayOut: {
      zh: '请联系技术人员检查存储卡和电源；不要拔电，不要删除文件',
      en: 'have the card and the power supply checked; do not pull the plug, delete nothing',
    },
  },
}

export const diskError = (code: DiskCode, cause?: unknown): YaoguiError =>
  new YaoguiError(code, { ...WORDS[code], kind: 'transient', cause })

export const diskWords = (code: DiskCode): Wording => WORDS[code]

export const isDiskCode = (code: string): code is DiskCode => DISK_CODES.some(one => one === code)

/** https://sqlite.org/rescode.html: the low byte is the primary code. 11 and 26, damage met while running: the next start salvages. */
const SQLITE: Readonly<Record<number, DiskCode>> = {
  8: 'E_DISK_READONLY',
  10: 'E_DISK_FAULT',
  11: 'E_DISK_FAULT',
  13: 'E_DISK_FULL',
  14: 'E_DISK_FAULT',
  26: 'E_DISK_FAULT',
}

/** What SQLite threw, as the disk's refusal if it is one; anything else unchanged. */
export const asDiskError = (error: unknown): unknown => {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return error
  const code = SQLITE[error.errcode & 0xff]
  return code ? diskError(code, error) : error
}

/** A withdrawal that begins must be able to end: about a thousand records fit into this. */
const RESERVE_BYTES = 8 * 1024 * 1024

/** Is there room to begin something new in this folder? A disk that does not say is asked again by the write itself. */
export const hasRoom = (dataDir: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dataDir)
    return bavail * bsize >= RESERVE_BYTES
  } catch {
    return true
  }
}
