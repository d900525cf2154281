import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'

/** What the child asks of the agent: Node-RED's storage and who may use the editor. */
const AskName = Type.Union([
  Type.Literal('getFlows'),
  Type.Literal('saveFlows'),
  Type.Literal('getCredentials'),
  Type.Literal('saveCredentials'),
  Type.Literal('getSettings'),
  Type.Literal('saveSettings'),
  Type.Literal('getSessions'),
  Type.Literal('saveSessions'),
  Type.Literal('getLibraryEntry'),
  Type.Literal('saveLibraryEntry'),
  Type.Literal('verifyToken'),
  Type.Literal('verifyLogin'),
  Type.Literal('findUser'),
])
export type AskName = Static<typeof AskName>

const Ask = Type.Object({
  kind: Type.Literal('ask'),
  id: Type.Integer(),
  what: AskName,
  args: Type.Array(Type.Unknown(), { maxItems: 4 }),
})
export type Ask = Static<typeof Ask>

const FromChild = Type.Union([
  Ask,
  Type.Object({ kind: Type.Literal('listening'), tookMs: Type.Number(), rssBytes: Type.Number() }),
  Type.Object({ kind: Type.Literal('flows-started') }),
])
export type FromChild = Static<typeof FromChild>

export type ToChild =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'refusal'
      readonly id: number
      readonly code: string
      readonly status: number
      readonly message: string
    }
  | { readonly kind: 'shutdown' }

/** An escaped function node reaches the child's end of this line: what does not fit is not a message. */
export const readFromChild = (message: unknown): FromChild | undefined =>
  Check(FromChild, message) ? message : undefined
