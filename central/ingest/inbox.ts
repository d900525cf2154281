import { siteTopics } from '#cloud-sync/contract/topics.ts'
import { codeOf, YaoguiError } from '#domain/error.ts'
import type { BrokerPort, InboundMessage } from '../broker/port.ts'
import { type Log, loggable } from '../log.ts'
import { takeSnapshot } from '../monitoring/live.ts'
import { acknowledgeOrders } from '../release/acknowledge.ts'
import { markSeen, readState } from '../sites/presence.ts'
import { type IngestDeps, ingestHistory, watermarkOf } from './history.ts'
import { recordRefused } from './refused.ts'

/** A site has one batch outstanding; more in the queue is somebody else's doing. What is dropped is sent again. */
const MAX_QUEUE = 64

type Deps = IngestDeps & {
  readonly log: Log
  readonly county: string
  readonly broker: BrokerPort
  readonly wake: (site: string) => void
}

const handle = async (deps: Deps, message: InboundMessage): Promise<void> => {
  const { db, clock, changes, county, broker, wake } = deps
  const { site, topic } = message
  const topics = siteTopics(county, site)
  if (topic === topics.state) {
    const { online, epoch } = readState(message.payload)
    await markSeen(db, clock, site, online)
    changes.announce('sites')
    if (!online) return
    wake(site)
    if (epoch === undefined) return
    const watermark = await watermarkOf(deps, { site, epoch })
    await broker.publish(topics.historyAck, JSON.stringify(watermark))
    return
  }
  await markSeen(db, clock, site)
  if (topic === topics.history) {
    const watermark = await ingestHistory(deps, message)
    await broker.publish(topics.historyAck, JSON.stringify(watermark))
  } else if (topic === topics.ordersAck) {
    if (await acknowledgeOrders(deps, message)) wake(site)
  } else if (topic === topics.live) {
    await takeSnapshot(db, message)
    changes.announce('sites')
  }
}

const receive = async (deps: Deps, message: InboundMessage): Promise<void> => {
  const { db, clock, log } = deps
  try {
    await handle(deps, message)
  } catch (error) {
    const { site, topic, payload } = message
    const code = codeOf(error)
    log.warn({ site, topic, code, err: loggable(error) }, 'message not taken')
    // A fault of ours (no disk, no database) is no refusal: the site keeps its records and sends them again.
    if (!(error instanceof YaoguiError && error.kind === 'permanent')) return
    await recordRefused(db, clock, { site, topic, code, problem: String(error), payload })
  }
}

export type Inbox = {
  readonly accept: (message: InboundMessage) => void
  /** Takes nothing more; resolves when everything accepted so far is done. */
  readonly close: () => Promise<void>
}

/** One queue for each site, so that its messages keep their order and one site's flood is its own. */
export const createInbox = (deps: Deps): Inbox => {
  const queues = new Map<string, { length: number; tail: Promise<void> }>()
  let open = true
  const accept = (message: InboundMessage) => {
    if (!open) return
    const { site } = message
    const queue = queues.get(site) ?? { length: 0, tail: Promise.resolve() }
    if (queue.length >= MAX_QUEUE) {
      deps.log.warn({ site, topic: message.topic }, 'queue full: message dropped')
      return
    }
    queue.length += 1
    queue.tail = queue.tail
      .then(() => receive(deps, message))
      .catch((error: unknown) => deps.log.error({ site, err: loggable(error) }, 'message lost its way'))
      .finally(() => {
        queue.length -= 1
      })
    queues.set(site, queue)
  }
  return {
    accept,
    close: async () => {
      open = false
      await Promise.all([...queues.values()].map(({ tail }) => tail))
    },
  }
}
