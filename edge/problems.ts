import type { TSchema } from 'typebox'
import { Settings } from 'typebox/system'
import { Errors } from 'typebox/value'

const MOST = 1_000

/** Everything that is wrong with a value, each with its path. TypeBox by itself stops at the eighth. */
export const problemsIn = (schema: TSchema, value: unknown): readonly string[] => {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: MOST })
  try {
    return [...new Set(Errors(schema, value).map(error => `${error.instancePath || '/'} ${error.message}`))]
  } finally {
    Settings.Set({ maxErrors })
  }
}
