/**
 * Orders and records about goods are few among many and are read by kind, newest first: indexes that hold only them, so
 * that no other record pays for one. `journal_restocked`: what was put in of a shipment note. And whether the reviewer
 * accepted an override; null of what was matched before this step.
 */
export const statements: readonly string[] = [
  "CREATE INDEX orders_goods ON orders (kind, at) WHERE kind IN ('shipment', 'recall', 'list')",
  `CREATE INDEX journal_goods ON journal (kind, stored_at)
     WHERE kind IN ('shipment.received', 'shipment.closed', 'order.refused', 'lot.status', 'replenishment.proposed')`,
  `CREATE INDEX journal_restocked ON journal (kind, stored_at)
     WHERE kind IN ('operation.completed', 'operation.reviewed') AND data LIKE '%"shipment"%'`,
  'ALTER TABLE overrides ADD COLUMN accepted boolean',
]
