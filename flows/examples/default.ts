import type { Flows } from '../runtime/flow.ts'
import fridgeDoor from './fridge-door.json' with { type: 'json' }

/** What a new site starts with: one example, also what a technician copies from. */
export const defaultFlows: Flows = fridgeDoor
