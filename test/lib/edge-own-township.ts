import { onTestFinished } from 'vitest'
import type { RunningEdge } from '#edge/main.ts'
import { type Ask, logIn, openTownship, type Township } from './edge-township.ts'

type Running<Person extends string> = { readonly town: Township; readonly edge: RunningEdge } & Readonly<
  Record<Person, Ask>
>

/** A township whose agent runs, with these people logged in; who opens it closes its `town`. */
export const runningTownship = async <const Person extends string>(
  ...people: readonly Person[]
): Promise<Running<Person>> => {
  const town = await openTownship()
  try {
    const edge = await town.start()
    const asks: Partial<Record<Person, Ask>> = {}
    for (const person of people) asks[person] = await logIn(edge, person)
    return { town, edge, ...(asks as Record<Person, Ask>) }
  } catch (error) {
    await town.close()
    throw error
  }
}

/** The same for one test, or from its `beforeEach`: it is closed with the test. */
export const ownTownship = async <const Person extends string>(
  ...people: readonly Person[]
): Promise<Running<Person>> => {
  const running = await runningTownship(...people)
  onTestFinished(running.town.close)
  return running
}
