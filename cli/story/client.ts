import { setTimeout as wait } from 'node:timers/promises'
import { YaoguiError } from '#domain/error.ts'

/** A person at a page, by the same HTTP API that the page uses. */
export type Client = {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
}

const failure = (
  path: string,
  status: number,
  body: { code?: string; message?: { zh?: string; en?: string } | string },
): YaoguiError => {
  const words =
    typeof body.message === 'string' ? { zh: body.message, en: body.message } : (body.message ?? {})
  return new YaoguiError(body.code ?? 'E_HTTP', {
    zh: `${path}（${status}）：${words.zh ?? ''}${'problems' in body ? ` ${JSON.stringify(body.problems)}` : ''}`,
    en: `${path} (${status}): ${words.en ?? ''}`,
  })
}

export const createClient = (base: string, token?: string): Client => {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    }
    const answer = await fetch(`${base}${path}`, {
      method,
      headers,
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    const value = text ? JSON.parse(text) : undefined
    if (!answer.ok) throw failure(path, answer.status, value ?? {})
    return value as T
  }
  return { get: path => call('GET', path), post: (path, body) => call('POST', path, body) }
}

/** A sample person's second PIN: the first one must be changed before anything else. */
const nextPin = (pin: string): string => String((Number(pin) + 135_791) % 1_000_000).padStart(6, '7')

type Login = { readonly token: string; readonly person: { readonly mustChangePin: boolean } }

/** Logs in, changing a first PIN on the way. Returns the client and the PIN that holds now. */
export const logIn = async (
  base: string,
  who: Record<string, string>,
  pin: string,
): Promise<{ client: Client; pin: string }> => {
  const { token, person } = await createClient(base).post<Login>('/api/login', { ...who, pin })
  const client = createClient(base, token)
  if (!person.mustChangePin) return { client, pin }
  const newPin = nextPin(pin)
  await client.post('/api/pin', { pin, newPin })
  return { client, pin: newPin }
}

const DEADLINE_MS = 60_000

/** Asks until the answer is there. Errors: E_STORY_TIMEOUT, naming what was awaited. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  deadlineMs = DEADLINE_MS,
): Promise<T> => {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end)
      throw new YaoguiError('E_STORY_TIMEOUT', { zh: `等不到：${what}`, en: `waited in vain: ${what}` })
    await wait(100)
  }
}
