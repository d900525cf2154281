import type { Messages } from '../../shared/i18n.ts'

/** Words of what is watched: messages of alarms, excursions that a person ends, the books. */
export const WATCH_TEXTS = {
  'notices.show': { zh: '通知', en: 'Messages' },
  'notices.title': { zh: '通知了谁', en: 'Who was told' },
  'notices.none': { zh: '没有发过通知', en: 'Nobody was told' },
  'notices.noneHelp': {
    zh: '注意级别的告警不一定通知；久未确认才会升级。',
    en: 'A warning may tell nobody until it is left unacknowledged.',
  },
  'notices.tries': { zh: '试 {n} 次', en: '{n} tries' },
  'notice.sms': { zh: '短信', en: 'Text message' },
  'notice.webhook': { zh: '系统推送', en: 'Web hook' },
  'notice.email': { zh: '邮件', en: 'E-mail' },
  'notice.centre': { zh: '县中心', en: 'Centre' },
  'notice.raised': { zh: '发生', en: 'raised' },
  'notice.reminder': { zh: '再次提醒', en: 'reminder' },
  'notice.escalated': { zh: '升级', en: 'escalated' },
  'notice.recovered': { zh: '恢复', en: 'recovered' },
  'notice.test': { zh: '测试', en: 'test' },
  'notice.due': { zh: '待发', en: 'Waiting' },
  'notice.sending': { zh: '正在发', en: 'Sending' },
  'notice.sent': { zh: '已发出', en: 'Sent' },
  'notice.delivered': { zh: '已送达', en: 'Delivered' },
  'notice.not-delivered': { zh: '未送达', en: 'Not delivered' },
  'notice.uncertain': { zh: '结果不明', en: 'Uncertain' },
  'notice.failed': { zh: '失败', en: 'Failed' },
  'alarms.over': { zh: '{text}（已恢复，待确认）', en: '{text} (over, to be acknowledged)' },

  'excursion.hot': { zh: '超温', en: 'Too warm' },
  'excursion.cold': { zh: '低温', en: 'Too cold' },
  'excursion.since': {
    zh: '{name} {side}，自 {at}，{min} 至 {max}',
    en: '{name}: {side} since {at}, {min} to {max}',
  },
  'excursion.close': { zh: '人工结束', en: 'End by hand' },
  'excursion.title': { zh: '人工结束超温事件', en: 'End an excursion by hand' },
  'excursion.help': {
    zh: '读数恢复时会自动结束；只有传感器失效或已更换才由人结束。',
    en: 'Readings end it by themselves; a person only where the sensor is lost or replaced.',
  },
  'excursion.how': { zh: '传感器', en: 'Sensor' },
  'excursion.sensor-lost': { zh: '传感器失效', en: 'Sensor lost' },
  'excursion.sensor-replaced': { zh: '已更换传感器', en: 'Sensor replaced' },

  'ledger.title': { zh: '账目核对', en: 'Books' },
  'ledger.reading': { zh: '正在核对…', en: 'Checking…' },
  'ledger.balanced': { zh: '账目相符（至第 {n} 条记录）', en: 'They agree (up to record {n})' },
  'ledger.since': {
    zh: '账目相符（第 {from} 至 {n} 条记录）',
    en: 'They agree (records {from} to {n})',
  },
  'ledger.differs': { zh: '账目不符：{n} 处', en: 'They differ: {n}' },
  'ledger.unknown': {
    zh: '无法核对：日志缺少早期记录',
    en: 'Cannot be checked: early records are missing',
  },
  'ledger.row': { zh: '库存表 {ledger}，记录合计 {journal}', en: 'table {ledger}, records {journal}' },
  'ledger.again': { zh: '重新核对', en: 'Check again' },
  'ledger.wayOut': {
    zh: '不要自行改账：请盘点这些抽屉，并告知县中心。',
    en: 'Count these drawers and tell the centre.',
  },
  'journal.title': { zh: '日志校验', en: 'Journal' },
  'journal.never': { zh: '尚未校验', en: 'Not verified yet' },
  'journal.running': { zh: '正在校验 {n} / {total}…', en: 'Verifying {n} of {total}…' },
  'journal.whole': { zh: '{n} 条记录完整，未被改动', en: '{n} records whole and unchanged' },
  'journal.bad': {
    zh: '第 {n} 条记录起有误：请告知县中心',
    en: 'Not as it was written from record {n} on: tell the centre',
  },
  'journal.start': { zh: '开始校验', en: 'Verify' },
} as const satisfies Messages
