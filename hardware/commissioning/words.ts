import type { Task } from './progress.ts'
import type { Failure, Notice } from './talk.ts'

const say = (code: string, zh: string, en: string): Notice => ({ code, zh, en })

const STEPS: Readonly<Record<Task['step'], readonly [string, string]>> = {
  lock: ['锁与传感器', 'lock and sensor'],
  tracking: ['秤不追零', 'no zero tracking'],
  weight: ['去皮与标准砝码', 'tare and reference weight'],
  record: ['秤的校准证书', 'certificate of the scale'],
  ice: ['冰水检查', 'ice water'],
}

/** `抽屉 D01 锁与传感器`. */
export const taskWords = ({ step, of }: Task): { readonly zh: string; readonly en: string } => {
  const [zh, en] = STEPS[step]
  return step === 'ice'
    ? { zh: `温度计 ${of} ${zh}`, en: `thermometer ${of}: ${en}` }
    : { zh: `抽屉 ${of} ${zh}`, en: `drawer ${of}: ${en}` }
}

const general = {
  heading: (task: Task) => {
    const { zh, en } = taskWords(task)
    return say('heading', `── ${zh} ──`, `── ${en} ──`)
  },
  fault: ({ code, zh, en }: Failure) => say('fault', `${code} ${zh}`, `${code} ${en}`),
  again: () =>
    say('again', '查看后回车再试（s 跳过，q 停止）', 'see to it, then Enter to try again (s skips, q stops)'),
  stepAgain: (task: Task) => {
    const { zh, en } = taskWords(task)
    return say(
      'step-again',
      `未通过：${zh}。回车重做（s 跳过，q 停止）`,
      `not proved: ${en}. Enter to do it again (s skips, q stops)`,
    )
  },
  skipped: () => say('skipped', '已跳过', 'skipped'),
  needYes: () => say('need-yes', '要开锁请输入 y', 'type y to unlock'),
  needNumber: (text: string) =>
    say('need-number', `“${text}”不是合适的数`, `"${text}" is no number that fits`),
  needDay: (text: string) => say('need-day', `“${text}”不是日期`, `"${text}" is no day`),
}

const opening = {
  clear: (drawer: string, why: Notice) =>
    say(
      'clear',
      `${why.zh}。将打开抽屉 ${drawer}：确认所有抽屉关好、前面没有人手，输入 y 开锁（s 跳过，q 停止）`,
      `${why.en}. Drawer ${drawer} will be unlocked: all drawers shut, no hand in the way? y unlocks (s skips, q stops)`,
    ),
  deaf: (drawer: string) =>
    say(
      'deaf',
      `抽屉 ${drawer} 的传感器读不到，没有开锁`,
      `the sensor of ${drawer} cannot be read; nothing was unlocked`,
    ),
  standsOpen: (drawer: string) =>
    say('stands-open', `抽屉 ${drawer} 开着，请先关好`, `drawer ${drawer} stands open: shut it first`),
  nothingSent: () => say('nothing-sent', '没有发出开锁指令', 'no pulse went out'),
  maybeSent: () =>
    say(
      'maybe-sent',
      '开锁指令可能已发出，不会自动再发',
      'the pulse may have gone out; it is not sent again by itself',
    ),
  outOfTries: (tries: number) =>
    say('out-of-tries', `开锁 ${tries} 次没有打开，不再试`, `not open after ${tries} pulses: enough`),
}

const lock = {
  toProve: () => say('why-prove', '检查锁与传感器', 'to prove lock and sensor'),
  whatOpened: (drawer: string) =>
    say(
      'what-opened',
      `抽屉 ${drawer} 打开了吗？y = 是，n = 什么都没开，开的是别的就输入它的编号`,
      `did ${drawer} open? y = yes, n = nothing did, or the id of the one that did`,
    ),
  noSuchDrawer: (text: string) => say('no-such-drawer', `没有抽屉“${text}”`, `there is no drawer "${text}"`),
  sensorSaysOpen: (drawer: string) =>
    say(
      'sensor-says-open',
      `传感器说 ${drawer} 已弹开，请再看一眼`,
      `the sensor says that ${drawer} came open: look again`,
    ),
  jammed: (drawer: string) =>
    say(
      'jammed',
      `抽屉 ${drawer} 没有打开：查锁是否卡住、电源、线圈接线、板号锁号`,
      `drawer ${drawer} did not open: see whether the latch jams, to power, coil wires, board and lock number`,
    ),
  swap: (drawer: string, saw: string) =>
    say(
      'swap',
      `开的是 ${saw}，不是 ${drawer}。输入 y 在配置中互换两者的锁，n 保留（查接线）`,
      `${saw} opened, not ${drawer}. y swaps their locks in the plan, n leaves them (see to the wiring)`,
    ),
  swapped: () => say('swapped', '已互换，两把锁都要重新检查', 'swapped; both locks must be proved again'),
  wrongDrawer: (drawer: string, saw: string) =>
    say('wrong-drawer', `${drawer} 的锁开了 ${saw}`, `the lock of ${drawer} opens ${saw}`),
  stuckSensor: (drawer: string) =>
    say(
      'stuck-sensor',
      `${drawer} 打开了，传感器却没有变化：查开关、反馈线，开锁前是否关好`,
      `${drawer} opened but its sensor did not change: see to switch and feedback wire, and was it shut before?`,
    ),
  crossedSensor: (drawer: string, other: string) =>
    say(
      'crossed-sensor',
      `${drawer} 打开，变化的却是 ${other} 的传感器：反馈线接错`,
      `${drawer} opened but the sensor of ${other} changed: feedback wires are crossed`,
    ),
  alsoMoved: (drawer: string, other: string) =>
    say(
      'also-moved',
      `${drawer} 打开时 ${other} 的传感器也变了：两把锁接在同一路，或有人动了 ${other}`,
      `the sensor of ${other} changed along with ${drawer}: two locks on one output, or somebody moved ${other}`,
    ),
  agrees: () => say('agrees', '传感器相符', 'the sensor agrees'),
  flipped: (drawer: string, closedWhen: string) =>
    say(
      'flipped',
      `${drawer} 的传感器是反的，已改为 closedWhen: ${closedWhen}，还要再开关一次`,
      `the sensor of ${drawer} is the other way round: closedWhen is now ${closedWhen}; one more cycle must prove it`,
    ),
  contradicts: (drawer: string) =>
    say('contradicts', `${drawer} 的传感器前后矛盾，不可靠`, `the sensor of ${drawer} contradicts itself`),
  close: (drawer: string) =>
    say('close', `请关好抽屉 ${drawer}，然后回车`, `shut drawer ${drawer}, then Enter`),
  notClosed: (drawer: string) =>
    say('not-closed', `传感器说 ${drawer} 没有关好`, `the sensor says that ${drawer} is not shut`),
  onceMore: () => say('once-more', '再开关一次以证实', 'one more cycle proves it'),
  lockProved: (drawer: string) =>
    say('lock-proved', `✓ ${drawer} 锁与传感器相符`, `✓ ${drawer}: lock and sensor agree`),
}

const grams = (value: number): string => String(Math.round(value * 1_000) / 1_000)

const tracking = {
  whyTracking: () => say('why-tracking', '检查秤是否自动追零', 'to see whether the scale tracks zero'),
  light: (drawer: string) =>
    say(
      'light',
      `把抽屉 ${drawer} 清空、手离开，回车；等两秒再轻轻放入一件很轻的东西（几克），不要动`,
      `empty drawer ${drawer}, hands off, Enter; two seconds later lay in something light (a few grams) and leave it`,
    ),
  lightNotSeen: () =>
    say(
      'light-not-seen',
      '秤没有看到它：太轻，或被追零吞掉了。请取出，换重一点的再来',
      'the scale did not see it: too light, or swallowed by zero tracking. Take it out and use something heavier',
    ),
  tracks: (drawer: string) =>
    say(
      'tracks',
      `${drawer} 的秤自动追零，会掩盖少量缺失：请在仪表菜单中关闭，取出东西后再来`,
      `the scale of ${drawer} tracks zero and would hide slow theft: switch it off in its menu, take the thing out, and again`,
    ),
  tracksNot: () => say('tracks-not', '读数没有消退', 'the reading did not fade'),
  lightOut: (drawer: string) =>
    say('light-out', `取出东西，关好抽屉 ${drawer}，回车`, `take it out, shut drawer ${drawer}, Enter`),
  trackingProved: (drawer: string) =>
    say('tracking-proved', `✓ ${drawer} 的秤不追零`, `✓ ${drawer}: no zero tracking`),
}

const weight = {
  whyEmpty: () => say('why-empty', '要清空抽屉', 'to empty the drawer'),
  isEmpty: (drawer: string) =>
    say(
      'is-empty',
      `抽屉 ${drawer} 是空的而且关好了吗？是就回车；要打开清空输入 n`,
      `is drawer ${drawer} empty and shut? Enter if so; n opens it`,
    ),
  empty: (shown: number) => say('empty', `空抽屉 ${grams(shown)} 克`, `empty drawer: ${grams(shown)} g`),
  tared: () => say('tared', '零点已测定', 'zero is found'),
  whyLoad: () => say('why-load', '要放标准砝码', 'to put the reference weight in'),
  load: (drawer: string) =>
    say(
      'load',
      `把标准砝码放进 ${drawer}，关好，输入砝码的克数（没有打开输入 n）`,
      `put the reference weight into ${drawer}, shut it, and type its grams (n if it did not open)`,
    ),
  factor: () => say('factor', '系数已测定，再称一次', 'the factor is found; weighing once more'),
  cellRange: (counts: number) =>
    say(
      'cell-range',
      `空抽屉的读数 ${counts} 码超出范围：查传感器接线`,
      `the empty drawer reads ${counts} counts, which is out of range: see that the cell is wired`,
    ),
  cellDead: (counts: number) =>
    say(
      'cell-dead',
      `砝码只引起 ${Math.round(counts)} 码变化：查传感器受力与接线`,
      `the weight moved the cell by ${Math.round(counts)} counts only: see that it carries load and is wired`,
    ),
  weightOff: (told: { grams: number; shown: number; tolerance: number }) =>
    say(
      'weight-off',
      `砝码 ${grams(told.grams)} 克，示值 ${grams(told.shown)} 克，超过 ±${grams(told.tolerance)} 克：请在仪表上标定，查有无卡碰`,
      `weight ${grams(told.grams)} g, shown ${grams(told.shown)} g, beyond ±${grams(told.tolerance)} g: adjust the instrument, see whether anything rubs`,
    ),
  weightGood: (put: number, shown: number) =>
    say(
      'weight-good',
      `砝码 ${grams(put)} 克，示值 ${grams(shown)} 克，合格`,
      `weight ${grams(put)} g, shown ${grams(shown)} g: good`,
    ),
  whyUnload: () => say('why-unload', '要取出砝码', 'to take the weight out'),
  unload: (drawer: string) =>
    say(
      'unload',
      `从 ${drawer} 取出砝码，关好，回车（没有打开输入 n）`,
      `take the weight out of ${drawer}, shut it, Enter (n if it did not open)`,
    ),
  notBack: (off: number) =>
    say(
      'not-back',
      `取出后偏离零点 ${grams(off)} 克：有卡碰或没有取净`,
      `${grams(off)} g off zero afterwards: something rubs, or is left in it`,
    ),
  weightProved: (drawer: string) => say('weight-proved', `✓ ${drawer} 称重合格`, `✓ ${drawer}: weighs right`),
}

const record = {
  scaleCertificate: (drawer: string) =>
    say(
      'scale-certificate',
      `抽屉 ${drawer} 秤（或所用砝码）的校准证书编号，没有就回车`,
      `number of the certificate of the scale of ${drawer} (or of the weight used), Enter if there is none`,
    ),
  expires: () => say('expires', '证书有效期至（年-月-日）', 'last day of the certificate (YYYY-MM-DD)'),
  expired: (day: string) => say('expired', `${day} 已经过期`, `${day} is past`),
  noCertificate: () =>
    say('no-certificate', '没有证书，校准记录空着', 'no certificate: the record stays open'),
  recorded: () => say('recorded', '✓ 已记录校准证书', '✓ calibration recorded'),
}

const celsius = (value: number): string => value.toFixed(2)

const ice = {
  thermometerCertificate: (id: string, name: string) =>
    say(
      'thermometer-certificate',
      `温度计 ${id}（${name}）的校准证书编号，没有就回车`,
      `number of the certificate of thermometer ${id} (${name}), Enter if there is none`,
    ),
  correction: () =>
    say(
      'correction',
      '证书给出的 0 °C 修正值，°C（没有就回车）',
      'correction at 0 °C by the certificate, °C (Enter for none)',
    ),
  ice: () =>
    say(
      'ice',
      '碎冰加水搅匀，探头浸入中部、不碰壁，回车后等读数稳定',
      'crushed ice and water, stirred; the probe in the middle, off the wall; Enter, then wait for it to settle',
    ),
  notIce: (raw: number) =>
    say(
      'not-ice',
      `读数 ${celsius(raw)} °C，不像在冰水里`,
      `${celsius(raw)} °C: it does not seem to lie in ice water`,
    ),
  iceOff: (told: { raw: number; celsius: number; within: number }) =>
    say(
      'ice-off',
      `读数 ${celsius(told.raw)}，修正后 ${celsius(told.celsius)} °C，超过 ±${told.within} °C：更换探头或重新校准`,
      `${celsius(told.raw)}, corrected ${celsius(told.celsius)} °C, beyond ±${told.within} °C: replace the sensor or have it calibrated`,
    ),
  iceGood: (told: { raw: number; celsius: number }) =>
    say(
      'ice-good',
      `读数 ${celsius(told.raw)}，修正后 ${celsius(told.celsius)} °C，合格`,
      `${celsius(told.raw)}, corrected ${celsius(told.celsius)} °C: good`,
    ),
  iceProved: (id: string) => say('ice-proved', `✓ 温度计 ${id} 合格`, `✓ thermometer ${id} is right`),
}

/** All that the walk says. */
export const words = { ...general, ...opening, ...lock, ...tracking, ...weight, ...record, ...ice }
