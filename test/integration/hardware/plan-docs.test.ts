import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { fieldTable, planFields } from '#hardware/plan-fields.ts'
import { checkPlanText } from '#hardware/plan-text.ts'

const doc = (name: string): Promise<string> =>
  readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

describe('the documentation of the cabinet plan', () => {
  it('has the very table that the schema gives (`yaogui plan fields`)', async () => {
    const text = await doc('cabinet-plan.md')
    expect(
      text
        .split('\n')
        .filter(line => line.startsWith('|'))
        .join('\n'),
    ).toBe(fieldTable())
  })

  it('says of every field what it means, in both languages', () => {
    for (const { field, meaning } of planFields())
      expect([field, meaning]).toEqual([field, expect.stringMatching(/\S \/ \S/)])
  })

  it.each(['zh/technician.md', 'en/technician.md'])('shows in %s a plan that is valid', async name => {
    const blocks = [...(await doc(name)).matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => json)
    const plans = blocks.filter(json => json.includes('"drawers"'))
    expect(plans.length).toBeGreaterThan(0)
    for (const json of plans) expect(checkPlanText(json)).toMatchObject({ ok: true })
  })

  it('names every code that commissioning has of its own', async () => {
    const text = await doc('commissioning.md')
    for (const code of [
      'E_COMMISSION_INPUT',
      'E_SCALE_UNSTABLE',
      'E_THERMOMETER_UNSTABLE',
      'E_THERMOMETER_FAULT',
    ])
      expect(text).toContain(code)
  })
})
