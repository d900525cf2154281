import { hostStateTopic, siteTopics } from '#cloud-sync/contract/topics.ts'

/** May this site publish there? Only its own four topics; only its state is retained. */
export const mayPublish = (
  { county, site }: { readonly county: string; readonly site: string },
  { topic, retain }: { readonly topic: string; readonly retain: boolean },
): boolean => {
  const { live, history, ordersAck, state } = siteTopics(county, site)
  return topic === state || (!retain && new Set<string>([live, history, ordersAck]).has(topic))
}

/** May this site listen there? No wildcard ever: a filter would reach into other sites. */
export const maySubscribe = (
  { county, site }: { readonly county: string; readonly site: string },
  topic: string,
): boolean => {
  const { orders, historyAck } = siteTopics(county, site)
  return new Set<string>([orders, historyAck, hostStateTopic(county)]).has(topic)
}
