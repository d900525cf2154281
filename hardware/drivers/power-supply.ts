import { join } from 'node:path'
import { createListeners } from '#firmware-bridge/link/line.ts'
import { HardwareError } from '../error.ts'
import type { CabinetPlan } from '../plan-schema.ts'
import type { Battery, MainsPower } from '../ports.ts'
import { readAttribute } from './sysfs.ts'

/** The kernel's power_supply class (Documentation/ABI/testing/sysfs-class-power). */
const ROOT = '/sys/class/power_supply'

type Place = { readonly root: string; readonly device: string }

const unreadable = (path: string): HardwareError =>
  new HardwareError('E_POWER_SUPPLY', {
    zh: `供电状态读不出：${path}`,
    en: `the power supply cannot be read: ${path}`,
    kind: 'transient',
  })

/** A whole number of an attribute, within its limits. Rejects with E_POWER_SUPPLY (transient). */
const numberAt = async ({ root, device }: Place, attribute: string, most: number): Promise<number> => {
  const path = join(root, device, attribute)
  const read = await readAttribute(path)
  if (!read.ok || !/^\d{1,3}$/.test(read.text) || Number(read.text) > most) throw unreadable(path)
  return Number(read.text)
}

/** `online`: 0 away; 1 there at a fixed voltage, 2 at one that was agreed on. Changes are told when `state` meets them. */
const powerSupplyMains = (place: Place): MainsPower => {
  const changes = createListeners<'present' | 'absent'>()
  let before: 'present' | 'absent' | undefined
  return {
    state: async () => {
      const state = (await numberAt(place, 'online', 2)) === 0 ? 'absent' : 'present'
      const changed = before !== undefined && before !== state
      before = state
      if (changed) changes.tell(state)
      return state
    },
    onChange: changes.add,
  }
}

/** `capacity`, 0 … 100 %. Charging or not: what it could still give is what counts. */
const powerSupplyBattery = ({ lowPercent, ...place }: Place & { readonly lowPercent: number }): Battery => ({
  state: async () => {
    const percent = await numberAt(place, 'capacity', 100)
    return { low: percent <= lowPercent, percent }
  },
})

/** What of mains and battery the plan has from the kernel rather than from a pin. */
export const openPowerSupplies = ({
  mains,
  battery,
  powerSupplyRoot: root = ROOT,
}: CabinetPlan): { readonly mains?: MainsPower; readonly battery?: Battery } => ({
  ...(mains?.driver === 'power-supply' ? { mains: powerSupplyMains({ root, device: mains.device }) } : {}),
  ...(battery?.driver === 'power-supply' ? { battery: powerSupplyBattery({ ...battery, root }) } : {}),
})
