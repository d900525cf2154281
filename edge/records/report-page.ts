import type { Content, Style, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { ColdDay } from '#domain/cold-chain/report.ts'
import { ruleWords } from '#domain/cold-chain/rule-words.ts'
import { formatShanghai, shanghaiDay } from '#domain/time.ts'
import type { ColdExcursion } from './cold-log.ts'
import type { ColdReport, Stood } from './report.ts'
import { reportSvg, SVG_FONT } from './report-svg.ts'

const celsius = (value: number | null, digits = 1): string =>
  value === null ? '—' : `${value.toFixed(digits)} °C`
const share = (value: number | null): string => (value === null ? '—' : `${(value * 100).toFixed(1)} %`)
/** A hash with "ff" drawn as one sign comes out of the file as something else when it is copied or searched. */
const NO_LIGATURES = { liga: false } as unknown as NonNullable<Style['fontFeatures']>

const minutes = (value: number): string => `${Math.round(value)} 分钟`
const stamp = (at: string): string => formatShanghai(new Date(at)).slice(0, 16)
const clock = (at: string): string => stamp(at).slice(11)

type Row = readonly string[]

const table = (
  widths: readonly (string | number)[],
  head: Row,
  rows: readonly Row[],
  fontSize = 8,
): Content => ({
  table: {
    headerRows: 1,
    widths: [...widths],
    body: [head.map(text => ({ text, bold: true, fillColor: '#eef2f5' })), ...rows.map(row => [...row])],
  },
  layout: 'lightHorizontalLines',
  fontSize,
})

const heading = (text: string): Content => ({ text, bold: true, fontSize: 11, margin: [0, 10, 0, 3] })

const head = (report: ColdReport): Content => {
  const { siteName, site, name, thermometer, period, range, rule, earlierRules, running, madeAt } = report
  return [
    { text: `冷藏温度${period.length > 7 ? '日' : '月'}记录`, bold: true, fontSize: 17, alignment: 'center' },
    {
      text: running ? `${period}（未结束，截至 ${stamp(madeAt)}）` : period,
      alignment: 'center',
      margin: [0, 2, 0, 8],
    },
    {
      columns: [
        [`站点：${siteName}（${site}）`, `设备：${name}（${thermometer}）`],
        [
          `限值：${range.low} … ${range.high} °C（等于限值为${range.atLimitOut ? '不' : ''}合格）`,
          `报警规则：${ruleWords(rule).zh}，版本 ${rule.version}`,
          ...earlierRules.map(one => `${stamp(one.since)} 起的记录：${one.text}，版本 ${one.version}`),
        ],
      ],
    },
  ]
}

const mktOf = ({ frozen, stats, days, period }: ColdReport): string => {
  if (frozen) return '冷冻品不适用'
  // The window of goods at 2 … 8 °C is a day: of a month, its worst.
  if (period.length > 7) return celsius(stats.mkt, 2)
  const worst = days.reduce<number | null>(
    (most, { mkt }) => (mkt === null ? most : Math.max(most ?? mkt, mkt)),
    null,
  )
  return `${celsius(worst, 2)}（各日最高）`
}

const figures = (report: ColdReport): Content => {
  const { min, max, mean, inRangeShare, coverage, minutesOver, minutesUnder } = report.stats
  const cells = [
    ['最低', celsius(min)],
    ['最高', celsius(max)],
    ['时间加权平均', celsius(mean, 2)],
    ['平均动力学温度 MKT', mktOf(report)],
    ['在范围内', share(inRangeShare)],
    ['高于上限', minutes(minutesOver)],
    ['低于下限', minutes(minutesUnder)],
    ['有测量的时间', share(coverage)],
  ]
  const row = (part: readonly string[][]) => [
    part.map(([name = '']) => ({ text: name, fontSize: 8, color: '#465463' })),
    part.map(([, value = '']) => ({ text: value, bold: true })),
  ]
  return {
    table: { widths: ['*', '*', '*', '*'], body: [...row(cells.slice(0, 4)), ...row(cells.slice(4))] },
    layout: 'noBorders',
    margin: [0, 6, 0, 0],
  }
}

const HOW = {
  'in-range': '',
  gap: '此后无数据',
  'other-side': '转为另一侧',
  'sensor-lost': '传感器失联',
  'sensor-replaced': '传感器已更换',
} as const

const saidOf = ({ earlier, acknowledged, how, closedBy, reason }: ColdExcursion): string =>
  [
    ...(earlier
      ? [`另计入此前 ${minutes(earlier.minutes)}（${celsius(earlier.min)}–${celsius(earlier.max)}）`]
      : []),
    ...(acknowledged.length === 0 ? ['未确认'] : []),
    ...acknowledged.map(({ at, actor, reason: why }) => `${actor} ${stamp(at)}：${why}`),
    ...(how === null || how === 'in-range' ? [] : [HOW[how ?? 'in-range']]),
    ...(closedBy === null ? [] : [`${closedBy} 关闭：${reason ?? ''}`]),
  ].join('\n')

const excursionRow = (one: ColdExcursion): Row => [
  one.side === 'hot' ? '高温' : '低温',
  stamp(one.start),
  clock(one.alarmAt),
  one.end === null ? '仍在继续' : stamp(one.end),
  one.minutes === null ? '—' : minutes(one.minutes),
  celsius(one.side === 'hot' ? one.max : one.min),
  saidOf(one),
]

const excursions = ({ excursions: list }: ColdReport): Content => [
  heading('超温事件'),
  list.length === 0
    ? '本期没有超温事件。'
    : table(
        ['auto', 'auto', 'auto', 'auto', 'auto', 'auto', '*'],
        ['类别', '开始', '报警', '结束', '持续', '极值', '确认（谁、何时、为何）'],
        list.map(excursionRow),
      ),
]

const stoodLine = (name: string, { times, minutes: lasted, alarms, rule }: Stood): string =>
  `${name} ${times} 次，共 ${minutes(lasted)}，其中 ${alarms} 次达到 ${rule.minutes} 分钟（${rule.code} 报警）。`

const surroundings = ({ doors, mains }: ColdReport): Content => [
  heading('开门与停电'),
  stoodLine('开门', doors),
  stoodLine('停电', mains),
]

const calibration = ({ calibration: known, madeAt, to }: ColdReport): Content => {
  if (!known) return [heading('校准'), '没有登记校准证书，读数未作修正。']
  const day = shanghaiDay(new Date(Math.min(Date.parse(madeAt), Date.parse(to) - 1)))
  const { certificate, until, offset, version, at, actor } = known
  const state = until === '' ? '' : until < day ? '（已过期）' : ''
  return [
    heading('校准'),
    `第 ${version} 版，${stamp(at)} 由${actor === 'plan' ? '药柜配置' : ` ${actor} `}登记：证书 ${certificate || '无'}，有效期至 ${until || '—'}${state}，修正值 ${offset >= 0 ? '+' : ''}${offset} °C。`,
  ]
}

const dayRow = ({ day, min, max, mean, mkt, minutesOver, minutesUnder, coverage }: ColdDay): Row => [
  day,
  celsius(min),
  celsius(max),
  celsius(mean, 2),
  celsius(mkt, 2),
  minutes(minutesOver),
  minutes(minutesUnder),
  share(coverage),
]

/** Four records beside each other: a day fits on one page. */
const recordRows = ({ records, period }: ColdReport): readonly Row[] => {
  const each = period.length > 7 ? clock : stamp
  const cells = records.map(({ at, celsius: value }) => [each(at), celsius(value)])
  const lines = Math.ceil(cells.length / 4)
  return Array.from({ length: lines }, (_row, index) =>
    [0, 1, 2, 3].flatMap(column => cells[index + column * lines] ?? ['', '']),
  )
}

const records = (report: ColdReport): Content => {
  if (report.period.length === 7)
    return [
      heading('每日'),
      table(
        ['*', 'auto', 'auto', 'auto', 'auto', 'auto', 'auto', 'auto'],
        ['日期', '最低', '最高', '平均', 'MKT', '高于上限', '低于下限', '有测量'],
        report.days.map(dayRow),
      ),
      { text: `正式记录 ${report.records.length} 条，见同期 CSV。`, margin: [0, 4, 0, 0], fontSize: 8 },
    ]
  const rows = recordRows(report)
  return [
    heading(
      `正式记录（${report.records.length} 条：范围内至少每 ${report.recordMinutes} 分钟，超限每 2 分钟）`,
    ),
    rows.length === 0
      ? '没有正式记录。'
      : table(
          ['*', '*', '*', '*', '*', '*', '*', '*'],
          ['时间', '温度', '时间', '温度', '时间', '温度', '时间', '温度'],
          rows,
        ),
  ]
}

/** The signed closing is what makes the page provable: whoever has the journal finds this hash in it. */
const signature = ({ closings, days }: ColdReport): Content => {
  const open = days.filter(({ day }) => !closings.some(one => one.day === day))
  const last = closings.at(-1)
  return [
    heading('日结签名'),
    ...(open.length === 0 ? [] : [`尚未日结：${open.length === 1 ? open[0]?.day : `${open.length} 天`}。`]),
    ...(last
      ? [
          {
            text: [
              `${last.day} 日结，第 ${last.epoch} 纪元，序号 ${last.fromSeq}–${last.toSeq}，`,
              last.signed ? '站点签名核验相符。' : '签名与记录不符！',
              `\n摘要 ${last.head}\n密钥 ${last.kid}`,
            ].join(''),
            fontSize: 8,
          },
        ]
      : []),
    {
      text: '核对人：__________________    日期：__________________',
      margin: [0, 18, 0, 0] as const,
    } as Content,
  ]
}

/** The printable page, A4. The same report gives the same page. */
export const reportPage = (report: ColdReport): TDocumentDefinitions => ({
  pageSize: 'A4',
  pageMargins: [40, 36, 40, 40],
  defaultStyle: { font: SVG_FONT, fontSize: 9, lineHeight: 1.15, fontFeatures: NO_LIGATURES },
  info: {
    title: `${report.siteName} ${report.name} ${report.period}`,
    creationDate: new Date(report.madeAt),
    modDate: new Date(report.madeAt),
    producer: 'yaogui',
    creator: 'yaogui',
  },
  content: [
    head(report),
    figures(report),
    { svg: reportSvg(report), margin: [0, 8, 0, 0] },
    {
      text: '竖条为每个时段的最低到最高，不作平均；红底为超温事件；空白处没有测量。',
      fontSize: 7,
      color: '#465463',
    },
    excursions(report),
    surroundings(report),
    calibration(report),
    records(report),
    signature(report),
  ],
  footer: (page: number, pages: number) => ({
    text: `打印 ${stamp(report.madeAt)}    第 ${page} / ${pages} 页`,
    alignment: 'center',
    fontSize: 7,
    margin: [0, 14, 0, 0],
  }),
})
