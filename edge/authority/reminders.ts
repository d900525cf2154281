import type { PersonView } from '#cloud-sync/contract/edge-people.ts'
import { DAY, shanghaiDay } from '#domain/time.ts'
import type { Alarms } from '../alarms/alarms.ts'
import type { EdgeClock } from '../clock.ts'
import type { Custody } from './custody.ts'
import type { Overrides } from './overrides.ts'

const WARN_DAYS = 30

type Options = {
  readonly people: { list(): readonly PersonView[] }
  readonly overrides: Pick<Overrides, 'overdue'>
  readonly custody: Pick<Custody, 'remind'>
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>
  readonly clock: EdgeClock
}

const runsOut = (person: PersonView, soon: string): boolean =>
  person.competentUntil !== null && person.competentUntil <= soon

/** What is forgotten unless somebody says it: licences that run out, overrides that nobody matched, a key that is out. Call it hourly. */
export const createReminders =
  ({ people, overrides, custody, alarms, clock }: Options): (() => void) =>
  () => {
    custody.remind()
    const soon = shanghaiDay(new Date(clock.now().getTime() + WARN_DAYS * DAY))
    for (const person of people.list()) {
      const id = `competency-${person.id}`
      if (runsOut(person, soon))
        alarms.raise({
          id,
          kind: 'competency',
          level: 'warning',
          zh: `${person.name}的资质有效至 ${person.competentUntil}`,
          en: `${person.name}’s licence or training ends on ${person.competentUntil}`,
        })
      else alarms.clear(id)
    }
    const overdue = overrides.overdue()
    if (overdue) alarms.raise(overdue)
    else alarms.clear('override-open')
  }
