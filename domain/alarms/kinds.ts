import type { Wording } from '../error.ts'

/** warning 提醒: somebody should see to it · alarm 报警: lamp and siren, and people are told at any hour. */
export type AlarmLevel = 'warning' | 'alarm'

/** `says`: what it is about. `please`: what the person who reads it does now; short, as it goes into a text message. */
type Kind = { readonly level: AlarmLevel; readonly says: Wording; readonly please: Wording }

const LOOK: Wording = { zh: '请立即查看冰箱', en: 'look at the refrigerator now' }
const CALL: Wording = { zh: '请联系技术人员', en: 'call the technician' }
const COUNT: Wording = { zh: '请到场关上抽屉并盘点', en: 'go there, close the drawer and count' }
const CONFIGURE: Wording = { zh: '请技术人员补全报警通知设置', en: 'have the notification set up' }

/** Every kind of alarm there is: how loud, and what is asked of people. docs/alarms.md shows this very table. */
export const ALARM_KINDS = {
  excursion: { level: 'alarm', says: { zh: '超温', en: 'excursion' }, please: LOOK },
  forecast: { level: 'warning', says: { zh: '即将超温', en: 'out of range soon' }, please: LOOK },
  'no-data': { level: 'alarm', says: { zh: '没有有效温度', en: 'no valid temperature' }, please: LOOK },
  'sensor-stuck': {
    level: 'warning',
    says: { zh: '传感器读数不变', en: 'a sensor stands still' },
    please: { zh: '请检查传感器', en: 'check the sensor' },
  },
  humidity: {
    level: 'warning',
    says: { zh: '湿度超限', en: 'humidity out of range' },
    please: { zh: '请检查除湿与通风', en: 'check the room' },
  },
  mains: {
    level: 'alarm',
    says: { zh: '市电中断', en: 'mains failure' },
    please: { zh: '请检查供电，准备转移药品', en: 'check the supply, be ready to move the goods' },
  },
  'mains-long': {
    level: 'alarm',
    says: { zh: '停电过久', en: 'too long without mains' },
    please: { zh: '请查看药品温度，必要时转移', en: 'look at the goods, move them if need be' },
  },
  'fridge-door': {
    level: 'alarm',
    says: { zh: '冰箱门久开未关', en: 'a refrigerator door stands open' },
    please: { zh: '请关好冰箱门', en: 'close the door' },
  },
  battery: {
    level: 'alarm',
    says: { zh: '后备电池电量低', en: 'battery low' },
    please: { zh: '请恢复供电，准备人工测温', en: 'bring the power back, be ready to measure by hand' },
  },
  'power-unread': {
    level: 'warning',
    says: { zh: '市电或电池状态读不出', en: 'mains or battery cannot be read' },
    please: { zh: '请检查市电检测与后备电池', en: 'check the relay and the battery' },
  },
  'drawer-left-open': {
    level: 'warning',
    says: { zh: '抽屉未关', en: 'a drawer was left open' },
    please: { zh: '请关上抽屉', en: 'close the drawer' },
  },
  'drawer-open': {
    level: 'alarm',
    says: { zh: '抽屉久开未关', en: 'a drawer stands open' },
    please: { zh: '请关上抽屉', en: 'close the drawer' },
  },
  tamper: { level: 'alarm', says: { zh: '抽屉被擅自打开', en: 'opened without an order' }, please: COUNT },
  'break-glass': {
    level: 'alarm',
    says: { zh: '应急开柜', en: 'break-glass' },
    please: { zh: '请核对用药并盘点', en: 'review what was taken, and count' },
  },
  custody: {
    level: 'warning',
    says: { zh: '停机：机械钥匙在外', en: 'downtime: a mechanical key is out' },
    please: { zh: '请归还钥匙、补录并盘点', en: 'bring the key back, write down what was taken, and count' },
  },
  override: {
    level: 'warning',
    says: { zh: '越权取药未匹配', en: 'an override is not matched' },
    please: { zh: '请与中心药房核对处方', en: 'have the centre review the prescription' },
  },
  competency: {
    level: 'warning',
    says: { zh: '人员资质到期', en: 'a licence runs out' },
    please: { zh: '请续办资质', en: 'have it renewed' },
  },
  drift: {
    level: 'warning',
    says: { zh: '抽屉重量无故变化', en: 'a weight wandered with the drawer shut' },
    please: { zh: '请盘点该抽屉', en: 'count this drawer' },
  },
  'stock-out': {
    level: 'warning',
    says: { zh: '药品用完', en: 'out of stock' },
    please: { zh: '请补货', en: 'have it replenished' },
  },
  orders: {
    level: 'warning',
    says: { zh: '处方队列过旧', en: 'the order list is old' },
    please: { zh: '请检查网络', en: 'check the network' },
  },
  board: { level: 'alarm', says: { zh: '锁控板无应答', en: 'lock board silent' }, please: CALL },
  'gpio-guard': { level: 'alarm', says: { zh: '引脚守护进程停止', en: 'pins not held' }, please: CALL },
  disk: { level: 'alarm', says: { zh: '存储卡不能写入', en: 'the disk refuses' }, please: CALL },
  journal: { level: 'alarm', says: { zh: '日志或签名密钥损坏', en: 'journal or key damaged' }, please: CALL },
  plan: { level: 'alarm', says: { zh: '药柜配置损坏', en: 'cabinet plan damaged' }, please: CALL },
  calibration: {
    level: 'warning',
    says: { zh: '校准到期', en: 'calibration due' },
    please: { zh: '请安排校准', en: 'have it calibrated' },
  },
  'backup-failed': { level: 'alarm', says: { zh: '备份失败', en: 'backup failed' }, please: CALL },
  'backup-none': { level: 'warning', says: { zh: '未设置备份', en: 'no backup set up' }, please: CALL },
  'sms-down': {
    level: 'alarm',
    says: { zh: '短信发不出去', en: 'text messages do not go out' },
    please: { zh: '请检查短信模块与 SIM 卡', en: 'check the modem and its card' },
  },
  'notify-unconfigured': {
    level: 'alarm',
    says: { zh: '报警通知不到任何人', en: 'alarms reach nobody' },
    please: CONFIGURE,
  },
  'notify-few': {
    level: 'warning',
    says: { zh: '短信通知不足三人', en: 'fewer than three people get text messages' },
    please: CONFIGURE,
  },
  'notify-failed': {
    level: 'warning',
    says: { zh: '有报警消息未能送出', en: 'a message could not be sent' },
    please: { zh: '请检查网络与通知设置', en: 'check the network and the settings' },
  },
} as const satisfies Readonly<Record<string, Kind>>

export type AlarmKind = keyof typeof ALARM_KINDS

/** What is asked of people at this kind; an unknown one (of an older journal) asks for a look. */
export const pleaseOf = (kind: string): Wording =>
  Object.hasOwn(ALARM_KINDS, kind)
    ? ALARM_KINDS[kind as AlarmKind].please
    : { zh: '请到终端查看', en: 'look at the kiosk' }
