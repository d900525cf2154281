import type { ApiError, Text } from '#cloud-sync/contract/edge-api.ts'

/**
 * What a server refused, or that it could not be reached (`status` 0, `E_UNREACHABLE`). No `Error`: its message is
 * for people, in both languages, and the code says the rest.
 */
export class ApiFailure {
  readonly status: number
  readonly code: string
  readonly message: Text
  readonly wayOut: Text | undefined
  readonly problems: readonly string[]

  constructor({ status, code, message, wayOut, problems = [] }: ApiError & { readonly status: number }) {
    this.status = status
    this.code = code
    this.message = message
    this.wayOut = wayOut
    this.problems = problems
  }
}

const UNREACHABLE: ApiError = {
  code: 'E_UNREACHABLE',
  message: { zh: '连接不上服务器', en: 'the server cannot be reached' },
  wayOut: { zh: '请检查设备是否开机，稍后再试', en: 'check that the device is on, then try again' },
}

const isApiError = (value: unknown): value is ApiError =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  'message' in value &&
  isText(value.message)

const isText = (value: unknown): value is Text =>
  typeof value === 'object' && value !== null && 'zh' in value && 'en' in value

const failureOf = async (response: Response): Promise<ApiFailure> => {
  const body: unknown = await response.json().catch(() => null)
  const { status } = response
  if (isApiError(body)) return new ApiFailure({ ...body, status })
  // A proxy or a framework answered, not our API: the status is all there is to say.
  const message = { zh: `服务器返回 ${status}`, en: `the server answered ${status}` }
  return new ApiFailure({ status, code: `E_HTTP_${status}`, message })
}

export type Api = {
  /** @throws ApiFailure */
  readonly get: <T>(path: string) => Promise<T>
  /** @throws ApiFailure */
  readonly post: <T>(path: string, body?: unknown) => Promise<T>
}

export type ApiOptions = {
  /** Put before each path; '' for the server the page came from. */
  readonly base: string
  readonly token: () => string | null
  /** Called for each 401, a refused login too, before the failure is thrown. */
  readonly onUnauthorised: () => void
  readonly timeoutMs?: number
}

/** JSON over fetch. An answer without a body is `undefined`. */
export const createApi = ({ base, token, onUnauthorised, timeoutMs = 15_000 }: ApiOptions): Api => {
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const bearer = token()
    const response = await fetch(base + path, {
      method,
      headers: {
        accept: 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => {
      throw new ApiFailure({ ...UNREACHABLE, status: 0 })
    })
    if (!response.ok) {
      if (response.status === 401) onUnauthorised()
      throw await failureOf(response)
    }
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  return {
    get: path => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
  }
}
