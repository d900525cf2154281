import Type, { type Static } from 'typebox'

const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
const Minutes = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 24 * 60, default: fallback, description })

/** `notify` of agent.json: who is told of alarms, and how. */
export const NotifyConfig = Type.Object(
  {
    people: Type.Array(
      Type.Object({
        name: Type.String({ minLength: 1, maxLength: 30 }),
        phone: Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$', description: '+86…' }),
        steps: Type.Array(Type.Integer({ minimum: 1, maximum: 9 }), {
          minItems: 1,
          default: [1],
          description: 'at which steps of the escalation this person is told',
        }),
      }),
      { default: [], maxItems: 20, description: 'by text message; GSP asks for at least three' },
    ),
    webhook: Type.Optional(
      Type.Object({
        url: Type.String({ pattern: '^https?://' }),
        secret: Type.Optional(
          Type.String({ minLength: 16, description: 'signs each request (HMAC-SHA-256)' }),
        ),
      }),
    ),
    email: Type.Optional(
      Type.Object({
        host: Type.String({ minLength: 1 }),
        port: Type.Integer({ minimum: 1, maximum: 65_535, default: 465 }),
        secure: Type.Boolean({
          default: true,
          description: 'TLS from the start; false: STARTTLS if offered',
        }),
        user: Type.Optional(Type.String()),
        password: Type.Optional(Type.String()),
        from: Type.String({ minLength: 3 }),
        to: Type.Array(Type.String({ minLength: 3 }), { minItems: 1, maxItems: 20 }),
      }),
    ),
    quietHours: Type.Optional(
      Type.Object({ from: Clock, to: Clock }, { description: 'warnings wait until their end; alarms never' }),
    ),
    escalationMinutes: Minutes(10, 'from one step of the escalation to the next'),
    reminderMinutes: Minutes(30, 'from one reminder of an alarm to the next, until somebody acknowledges it'),
    spacingMinutes: Minutes(10, 'a cause that comes and goes is not told more often'),
  },
  { additionalProperties: false },
)
export type NotifyConfig = Static<typeof NotifyConfig>

/** A rule's number: text messages go to at least three named people. */
export const ENOUGH_PEOPLE = 3
