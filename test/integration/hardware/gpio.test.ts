import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type GpioTree, gpioTree, startAgent, stopStep } from '#test/lib/gpio-cabinet.ts'
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

describe('the service’s stop step', () => {
  let tree: GpioTree
  afterEach(() => tree.remove())

  it.each(['', 'null', '[]', '{"drawers":[null,{"lock":null}]}'])(
    'lowers by the last good plan what a damaged one (%j) does not name',
    async damaged => {
      tree = gpioTree()
      tree.leave(17, { value: '1' })
      const lastGood = { gpioRoot: tree.root, drawers: [{ lock: { driver: 'gpio', pin: 17 } }] }
      writeFileSync(join(tree.root, 'cabinet.json'), damaged)
      writeFileSync(join(tree.root, 'cabinet.json.last-good'), JSON.stringify(lastGood))
      expect(await stopStep(tree)).toBe(0)
      expect(tree.isHigh(17)).toBe(false)
    },
  )
})
