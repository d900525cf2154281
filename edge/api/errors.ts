import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiError } from '#cloud-sync/contract/edge-api.ts'
import { YaoguiError } from '#domain/error.ts'

const STATUS: Readonly<Record<string, number>> = {
  E_LOGIN: 401,
  E_PIN_WRONG: 401,
  E_PERSON_UNKNOWN: 401,
  E_PERSON_LOCKED: 423,
  E_PIN_CHANGE: 403,
  E_ROLE: 403,
  E_COMPETENCY: 403,
  E_SECOND: 403,
  E_SECOND_SELF: 403,
  E_BADGE_UNKNOWN: 401,
  E_PIN_NEEDED: 401,
  E_BADGE: 400,
  E_CASE_NOT_FOUND: 404,
  E_OVERRIDE_UNKNOWN: 404,
  E_CUSTODY_UNKNOWN: 404,
  E_DOWNTIME_TIME: 400,
  E_CASE_SAME_PERSON: 403,
  E_PERSON_SELF: 403,
  E_PERSON_ABSENT: 404,
  E_ASK_UNKNOWN: 404,
  E_RX_UNKNOWN: 404,
  E_ALARM_UNKNOWN: 404,
  E_EXCURSION_UNKNOWN: 404,
  E_WITHDRAWAL_NONE: 404,
  E_OPERATION_NONE: 404,
  E_DRAWER_ABSENT: 404,
  E_RETURN_UNKNOWN: 404,
  E_LINE_ABSENT: 404,
  E_THERMOMETER_UNKNOWN: 404,
  E_WINDOW: 400,
  E_REPORT_PERIOD: 400,
  E_SEARCH_SHORT: 400,
  E_DISK_FULL: 507,
  E_DISK_READONLY: 507,
  E_DISK_FAULT: 507,
  E_PIN_OLD: 400,
  E_PIN_WEAK: 400,
  E_LOT_UNKNOWN: 404,
  E_SHIPMENT_UNKNOWN: 404,
  E_SHIPMENT_LINE: 404,
  E_DRUG_UNKNOWN: 400,
  E_EXPIRY: 400,
  E_REASON: 400,
  E_COUNT: 400,
  E_ASK: 400,
  E_ASK_TOO_MANY: 429,
}

const body = (code: string, zh: string, en: string, more: Partial<ApiError> = {}): ApiError => ({
  code,
  message: { zh, en },
  ...more,
})

/** Every error leaves as `ApiError`: a stable code, words in both languages, a way out where there is one. */
export const errorHandler = (
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): void => {
  if (error instanceof YaoguiError) {
    const { code, wording, wayOut } = error
    void reply
      .status(STATUS[code] ?? 409)
      .send({ code, message: wording, ...(wayOut ? { wayOut } : {}) } satisfies ApiError)
    return
  }
  if ('validation' in error && error.validation) {
    const problems = error.validation.map(one => `${one.instancePath || '/'} ${one.message ?? ''}`)
    void reply
      .status(400)
      .send(body('E_BAD_REQUEST', '请求内容不合规', 'the request is not valid', { problems }))
    return
  }
  const status = 'statusCode' in error && error.statusCode ? error.statusCode : 500
  if (status >= 500) request.log.error({ err: error }, 'request failed')
  const known = status < 500
  void reply
    .status(status)
    .send(
      known
        ? body('E_BAD_REQUEST', '请求无法处理', error.message)
        : body('E_UNEXPECTED', '终端内部错误，请联系技术人员', 'internal error'),
    )
}

export const notFound = (_request: FastifyRequest, reply: FastifyReply): void =>
  void reply.status(404).send(body('E_NOT_FOUND', '没有这个地址', 'no such address'))
