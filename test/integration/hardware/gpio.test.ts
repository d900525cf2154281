import { afterEach, describe, expect, it } from 'vitest'
import { type GpioTree, gpioTree, startAgent } from '#test/lib/gpio-cabinet.ts'
import { gpioContract } from '#test/lib/gpio-contract.ts'

// The same contract holds for onoff's lines, in test/system/hardware: those need a compiler on the machine.
describe('GPIO locks on the simulated twin’s lines', () => gpioContract('tree'))

describe('GPIO locks on a machine where the addon was never compiled', () => {
  let tree: GpioTree
  afterEach(() => tree.remove())

  it('are refused at the start, with a code', async () => {
    tree = gpioTree()
    expect(await startAgent({ tree, lines: 'onoff', addon: false })).toEqual({
      error: { code: 'E_GPIO_ADDON', kind: 'permanent' },
    })
  })
})
