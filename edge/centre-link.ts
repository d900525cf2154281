import type { Logger } from 'pino'
import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { startDownlink } from '#cloud-sync/downlink/downlink.ts'
import { createLink, type SupervisedLink } from '#cloud-sync/link/supervisor.ts'
import { startUplink } from '#cloud-sync/uplink/uplink.ts'
import { type Agent, VERSION } from './agent.ts'
import { pause } from './clock.ts'
import type { AgentConfig } from './config.ts'

/** The one connection to the centre. */
export const connectCentre = (config: AgentConfig, agent: Agent, log: Logger): SupervisedLink =>
  createLink({
    url: config.centre.url,
    county: config.county,
    site: config.site,
    secret: config.centre.secret,
    version: VERSION,
    about: () => ({ epoch: agent.journal.epoch, boot: agent.journal.boot }),
    clock: agent.clock,
    timers: agent.clock,
    random: Math.random,
    log,
  })

/** The two logs over it: the journal up, the orders down; and what the site looks like now. */
export const startLogs = (config: AgentConfig, agent: Agent, link: SupervisedLink) => {
  const topics = siteTopics(config.county, config.site)
  const { journal, orders, clock, log } = agent
  const source = { ...journal, epoch: () => journal.epoch }
  const uplink = startUplink({ link, site: config.site, topics, source, timers: clock, log })
  const downlink = startDownlink({ link, site: config.site, topics, sink: orders, clock, log })
  link.onUp(() => agent.changes.tell('site'))
  link.onDown(() => agent.changes.tell('site'))
  return {
    publishLive: (snapshot: object): void => {
      if (link.state() === 'up') link.publish(topics.live, JSON.stringify(snapshot)).catch(() => {})
    },
    stop: async () => {
      uplink.stop()
      downlink.stop()
      await downlink.idle()
    },
  }
}

const LAST_WORDS_MS = 2_000

/** With the link up the centre hears of the stop too; without it the journal keeps it. */
export const lastWords = async ({ journal, clock }: Agent, link: SupervisedLink): Promise<void> => {
  const until = clock.monotonic() + LAST_WORDS_MS
  while (link.state() === 'up' && journal.committed() < journal.head() && clock.monotonic() < until)
    await pause(clock, 25)
}
