import { localTopics } from '#cloud-sync/contract/topics.ts'
import type { Agent } from '../agent.ts'
import type { LocalBroker } from './broker.ts'

/** Retained quantities for local displays and flows: of every drug at the start, then of those that changed. */
export const publishStock = (agent: Agent, broker: LocalBroker): (() => void) => {
  const topics = localTopics(agent.config.site)
  const told = new Map<string, number>()
  const tell = (): void => {
    const quantities = new Map<string, number>()
    for (const { drug, quantity } of agent.stock.lots())
      quantities.set(drug, (quantities.get(drug) ?? 0) + quantity)
    for (const [drug, quantity] of quantities) {
      if (told.get(drug) === quantity) continue
      told.set(drug, quantity)
      broker.publish(topics.stock(drug), { drug, quantity, at: agent.clock.now().toISOString() })
    }
  }
  tell()
  return agent.changes.watch(changed => {
    if (changed.includes('stock')) tell()
  })
}

/** Alarms as they are raised, acknowledged and cleared. */
export const publishAlarms = (agent: Agent, broker: LocalBroker): void => {
  const topics = localTopics(agent.config.site)
  agent.alarms.onChange((alarm, change) => {
    const { id, kind, level, text, raisedAt } = alarm
    broker.publish(topics.alarm, {
      id,
      kind,
      level,
      state: change === 'cleared' ? 'cleared' : 'raised',
      ...text,
      at: raisedAt,
    })
  })
}
