import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = 'fridge-tag/fridge-tag-2l_130500109088.txt'

/** A real refrigerator logger's export. It lies beside the repository, or where YAOGUI_SHARED_DATA says. */
export const sharedLoggerFile = (): string => {
  const given = process.env.YAOGUI_SHARED_DATA
  const path = given
    ? `${given.replace(/\/$/, '')}/${FILE}`
    : fileURLToPath(new URL(`../../../shared/data/${FILE}`, import.meta.url))
  if (!existsSync(path))
    throw new Error(`测试数据不在 / test data is not at ${path}; set YAOGUI_SHARED_DATA to its folder`)
  return path
}
