import Type from 'typebox'
import { said, strict } from './plan-parts.ts'

const DAY_MINUTES = 24 * 60

/** How a place is judged and recorded otherwise than usual; the words and meanings of `yaogui coldchain judge`. */
export const coldRule = {
  rule: Type.Optional(
    Type.Object(
      {
        preset: Type.Optional(
          Type.Union([Type.Literal('default-1'), Type.Literal('who-pqs-e006')], {
            ...said('报警规则预设，缺省 `default-1`', 'preset of the alarm’s rule, `default-1` if absent'),
          }),
        ),
        minutes: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: DAY_MINUTES,
            ...said('超限多久报警，缺省 60', 'minutes out of range until the alarm, 60 if absent', 'min'),
          }),
        ),
        mode: Type.Optional(
          Type.Union([Type.Literal('consecutive'), Type.Literal('cumulative'), Type.Literal('daily')], {
            ...said(
              '怎样计时：连续（缺省）、一段时间内累计、当日累计',
              'which minutes count: without a break (if absent), all of a window, all since midnight',
            ),
          }),
        ),
        windowHours: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 168,
            ...said('cumulative 的时间窗，缺省 24', 'window of cumulative, 24 if absent', 'h'),
          }),
        ),
        strict: Type.Optional(
          Type.Boolean(
            said('等于限值是否合格，缺省是', 'whether the limit itself is in range, true if absent'),
          ),
        ),
      },
      strict,
    ),
  ),
  use: Type.Optional(
    Type.Union([Type.Literal('storage'), Type.Literal('transport')], {
      ...said(
        '用途：储存（缺省，每 30 分钟记录）或运输箱（每 5 分钟）',
        'storage (if absent; recorded each 30 min) or a transport box (each 5)',
      ),
    }),
  ),
}
