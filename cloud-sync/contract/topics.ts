import { YaoguiError } from '#domain/error.ts'

/** Ids stand inside topics: no `/`, `.`, `+`, `#` or space ever (`.` and `/` are swapped by AMQP bridges). */
const ID = /^[a-z0-9][a-z0-9-]{0,30}$/

export const checkId = (id: string): string => {
  if (!ID.test(id))
    throw new YaoguiError('E_ID', {
      zh: `标识“${id}”不合规：只能用小写字母、数字和连字符，最长 31 位`,
      en: `id "${id}" must be lower-case letters, digits and hyphens, at most 31`,
    })
  return id
}

/** Topics of one site, and who writes them. */
export const siteTopics = (county: string, site: string) => {
  const root = `yaogui/v1/${checkId(county)}/${checkId(site)}`
  return {
    /** site → centre: snapshot for dashboards, lossy by design. */
    live: `${root}/up/live`,
    /** site → centre: the journal, in order, without gaps. */
    history: `${root}/up/history`,
    /** centre → site: journal committed up to N, out of the centre's own transaction. */
    historyAck: `${root}/up/ack`,
    /** centre → site: orders, in order, without gaps. */
    orders: `${root}/down/orders`,
    /** site → centre: orders committed up to N. */
    ordersAck: `${root}/down/ack`,
    /** site, retained, with a will: is the agent there? */
    state: `${root}/state`,
  } as const
}

/** Retained by the centre: does ingest run? Sites hold back history while it does not. */
export const hostStateTopic = (county: string) => `yaogui/v1/${checkId(county)}/host/state`

/** What the centre listens to, over all sites of a county. */
export const countyFilters = (county: string) => {
  const root = `yaogui/v1/${checkId(county)}/+`
  return [`${root}/up/live`, `${root}/up/history`, `${root}/down/ack`, `${root}/state`] as const
}

/** The site a topic belongs to, or undefined for a topic that is none of ours. */
export const siteOf = (topic: string): string | undefined =>
  /^yaogui\/v1\/[a-z0-9-]+\/([a-z0-9-]+)\/(?:up|down|state)/.exec(topic)?.[1]

/** Topics inside a township, on the agent's own broker, for local devices and flows. */
export const localTopics = (site: string) => {
  const root = `yaogui/local/${checkId(site)}`
  return {
    temperature: (thermometer: string) => `${root}/temperature/${thermometer}`,
    alarm: `${root}/alarm`,
    stock: (drug: string) => `${root}/stock/${drug}`,
    all: `${root}/#`,
  } as const
}
