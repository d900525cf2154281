import { ApiFailure } from '../../shared/api.ts'

/** Whatever was thrown, as something a person can be told. */
export const asFailure = (error: unknown): ApiFailure =>
  error instanceof ApiFailure
    ? error
    : new ApiFailure({
        status: 0,
        code: 'E_PAGE',
        message: { zh: `页面出错：${String(error)}`, en: `the page failed: ${String(error)}` },
      })
