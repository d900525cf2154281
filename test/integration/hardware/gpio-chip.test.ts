import { afterEach, describe, expect, it } from 'vitest'
import { findGpioChip, lineOf } from '#hardware/gpio/chip.ts'
import { type GpioTree, gpioTree } from '#test/lib/gpio-cabinet.ts'

let tree: GpioTree | undefined
afterEach(() => tree?.remove())

const find = (...chips: Parameters<typeof gpioTree>[0] & object) => {
  tree = gpioTree(chips)
  return findGpioChip(tree.root)
}
const header = (base: number, label = 'pinctrl-bcm2835') => ({ base, label })

describe('the chip of the header’s pins', () => {
  it.each([
    ['of a Pi 3 in QEMU', 458, 'pinctrl-bcm2835', [{ base: 450, label: 'raspberrypi-exp-gpio', ngpio: 8 }]],
    ['of a Pi 4', 512, 'pinctrl-bcm2711', [{ base: 570, label: 'raspberrypi-exp-gpio', ngpio: 8 }]],
    [
      'of a Pi 5, where 512 is another chip',
      569,
      'pinctrl-rp1',
      [{ base: 512, label: 'gpio-brcmstb@107d508500', ngpio: 32 }],
    ],
    ['of an old kernel, at 0', 0, 'pinctrl-bcm2835', []],
  ])('is found by its label: that %s', (_, base, label, others) => {
    const chip = find(...others, { base, label })
    expect(chip).toEqual({ name: `gpiochip${base}`, label, base, ngpio: 54 })
    expect(lineOf(chip, 17)).toBe(base + 17)
  })

  it.each([
    ['none', [{ base: 0, label: 'gpio-mockup' }]],
    ['two', [header(0), header(512, 'pinctrl-rp1')]],
    ['too few lines', [{ base: 0, label: 'pinctrl-rp1', ngpio: 8 }]],
    ['a base that is no number', [{ base: Number.NaN, label: 'pinctrl-rp1' }]],
  ])('is refused: %s', (_, chips) => {
    expect(() => find(...chips)).toThrow(expect.objectContaining({ code: 'E_GPIO_CHIP', kind: 'permanent' }))
  })

  it('is refused where there is no such folder', () => {
    expect(() => findGpioChip('/nowhere/gpio')).toThrow(expect.objectContaining({ code: 'E_GPIO_CHIP' }))
  })

  it('names what was found, for the technician', () => {
    expect(() => find({ base: 3, label: 'gpio-mockup' })).toThrow('gpiochip3=gpio-mockup')
  })

  it.each([-1, 28, 1.5, Number.NaN])('has no pin %s', pin => {
    expect(() => lineOf({ name: 'gpiochip0', label: 'pinctrl-rp1', base: 0, ngpio: 54 }, pin)).toThrow(
      expect.objectContaining({ code: 'E_GPIO_CHIP' }),
    )
  })
})
