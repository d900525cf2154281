import type { FastifyInstance } from 'fastify'
import type { ApiError } from '#cloud-sync/contract/edge-api.ts'
import { codeOf, YaoguiError } from '#domain/error.ts'
import { Refusal } from '../errors.ts'
import { type Log, loggable } from '../log.ts'

const toApiError = (error: YaoguiError, problems: readonly string[] = []): ApiError => ({
  code: error.code,
  message: error.wording,
  ...(error.wayOut ? { wayOut: error.wayOut } : {}),
  ...(problems.length > 0 ? { problems } : {}),
})

/** PostgreSQL's "character not in repertoire": a NUL in a text, which no column can hold. The caller's fault. */
const BAD_CHARACTER = '22021'

const statusOf = (error: unknown): number => {
  if (codeOf(error) === BAD_CHARACTER) return 400
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : 500
}

/** Every error leaves as `ApiError`. What is not ours is logged and told without its inside. */
export const answerErrors = (app: FastifyInstance, log: Log): void => {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refusal) return reply.code(error.status).send(toApiError(error, error.problems))
    const status = statusOf(error)
    if (status < 500) {
      const refusal = new Refusal('E_BAD_REQUEST', [error instanceof Error ? error.message : ''])
      return reply.code(status).send(toApiError(refusal, refusal.problems))
    }
    log.error({ err: loggable(error), route: request.routeOptions.url }, 'request failed')
    const unexpected = new YaoguiError('E_UNEXPECTED', {
      zh: '中心出错了，已记录，请稍后再试',
      en: 'something went wrong at the centre; it was logged',
    })
    return reply.code(500).send(toApiError(unexpected))
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(toApiError(new Refusal('E_NOT_FOUND'))))
}
