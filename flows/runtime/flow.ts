/** One entry of Node-RED's flow file; what else it carries depends on its type. */
export type FlowNode = { readonly id: string; readonly type: string; readonly [property: string]: unknown }

export type Flows = readonly FlowNode[]

export const isFlowNode = (value: unknown): value is FlowNode =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  value.id !== '' &&
  'type' in value &&
  typeof value.type === 'string'

/** Ids of the nodes by what a deploy did to them. */
export type FlowDifference = {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

/** Where a node stands on the sheet says nothing about what it does: a tidied sheet is not a change. */
const meaning = ({ x: _x, y: _y, w: _w, h: _h, ...rest }: FlowNode): string =>
  JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))

/** What a deploy changes, for the audit record. Pure. */
export const differenceOf = (before: Flows, after: Flows): FlowDifference => {
  const was = new Map(before.map(node => [node.id, meaning(node)]))
  const is = new Set(after.map(node => node.id))
  return {
    added: after.filter(node => !was.has(node.id)).map(node => node.id),
    removed: before.filter(node => !is.has(node.id)).map(node => node.id),
    changed: after
      .filter(node => was.has(node.id) && was.get(node.id) !== meaning(node))
      .map(node => node.id),
  }
}
