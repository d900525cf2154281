import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Reading it fails with EIO: its first page is nobody's memory. Stands for a device that does not answer. */
const EIO = '/proc/self/mem'

/** Writes attributes as the kernel shows them; `undefined` is one whose reading fails with EIO. */
export const writeAttributes = async (
  folder: string,
  attributes: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(attributes)) {
    if (text === undefined) await symlink(EIO, join(folder, name))
    else await writeFile(join(folder, name), `${text}\n`)
  }
}

/**
 * An I²C sensor as sysfs shows it: its folder below `devices`, the link to it below `class/hwmon`, and in it the link
 * `device` back to the I²C device. Returns the hwmon root.
 */
export const addHwmon = async (
  root: string,
  {
    hwmon,
    device,
    ...attributes
  }: Readonly<Record<string, string | undefined>> & {
    readonly hwmon: string
    readonly device: string
  },
): Promise<string> => {
  const folder = join(root, 'devices/platform/soc/fe804000.i2c/i2c-1', device, 'hwmon', hwmon)
  await writeAttributes(folder, attributes)
  await symlink(`../../../${device}`, join(folder, 'device'))
  const link = join(root, 'class/hwmon', hwmon)
  await mkdir(dirname(link), { recursive: true })
  await symlink(folder, link)
  return dirname(link)
}
