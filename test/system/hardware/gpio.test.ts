import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { gpioAddonWorks } from '#hardware/gpio/addon.ts'
import { BASE, type GpioTree, gpioTree, LOCK_PINS, startAgent } from '#test/lib/gpio-cabinet.ts'
import { gpioContract } from '#test/lib/gpio-contract.ts'

/** onoff itself, unchanged, with the kernel played below it. Needs its addon: see deploy/README.md. */
describe('GPIO locks by onoff', () => {
  beforeAll(() => {
    if (gpioAddonWorks()) return
    throw new Error(
      'onoff’s addon is not compiled: install g++ make python3, then node deploy/postinstall.mjs --gpio',
    )
  })

  gpioContract('onoff')

  describe('a line that is not as it was asked to be', () => {
    let tree: GpioTree
    beforeEach(() => {
      tree = gpioTree()
    })
    afterEach(() => tree.remove())
    const pin = LOCK_PINS.D03
    const refused = { error: { code: 'E_GPIO_LINE', kind: 'permanent' } }

    it('is refused when it is inverted and onoff has swallowed that it could not be set right', async () => {
      tree.leave(pin, { active_low: '1', locked: '' })
      expect(await startAgent({ tree, lines: 'onoff' })).toEqual(refused)
    })

    it('is refused when it is an input and onoff has swallowed that it could not be turned', async () => {
      tree.leave(pin, { direction: 'in', locked: '' })
      expect(await startAgent({ tree, lines: 'onoff' })).toEqual(refused)
    })

    it('is refused when it reads high although it was set low', async () => {
      tree.leave(pin, { shorted: '' })
      expect(await startAgent({ tree, lines: 'onoff' })).toEqual(refused)
    })

    it('is refused when another driver has it', async () => {
      tree.busy(BASE + pin)
      expect(await startAgent({ tree, lines: 'onoff' })).toEqual(refused)
    })

    it('is set right when that is possible', async () => {
      tree.leave(pin, { direction: 'in', active_low: '1' })
      const started = await startAgent({ tree, lines: 'onoff' })
      if ('error' in started) throw new Error(started.error?.code)
      expect(tree.isHigh(pin)).toBe(false)
      await started.agent.stop()
    })
  })
})
