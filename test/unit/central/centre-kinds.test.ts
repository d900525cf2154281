import { describe, expect, it } from 'vitest'
import { CENTRE_KINDS } from '#central/monitoring/centre-kinds.ts'
import { ALARM_KINDS } from '#domain/alarms/kinds.ts'

describe('the kinds of alarm that the centre raises', () => {
  it('are none of a site’s, so that a kind alone says where an alarm is acknowledged', () => {
    expect(CENTRE_KINDS.filter(kind => kind in ALARM_KINDS)).toEqual([])
  })
})
