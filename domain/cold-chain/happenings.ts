/** What happened around a thermometer, in the words of its chart: the same at the cabinet and at the centre. */
type Words = { readonly zh: string; readonly en: string }
type Change = { readonly at: string; readonly on: boolean }

/** From each beginning to the next end; null: it goes on. `changes` of one thing, oldest first. */
export const intervals = (
  changes: readonly Change[],
): readonly { readonly start: string; readonly end: string | null }[] => {
  const found: { start: string; end: string | null }[] = []
  let open: { start: string; end: string | null } | undefined
  for (const { at, on } of changes) {
    if (on && !open) {
      open = { start: at, end: null }
      found.push(open)
    } else if (!on && open) {
      open.end = at
      open = undefined
    }
  }
  return found
}

const SIDES = { hot: ['高温', 'too warm'], cold: ['低温', 'too cold'] } as const

/** `extreme`: null while it goes on. */
export const outWords = (side: 'hot' | 'cold', extreme: number | null): Words => {
  const [zh, en] = SIDES[side]
  const most = extreme === null ? '' : ` ${extreme.toFixed(1)} °C`
  return { zh: `${zh}超限${most}`, en: `${en}${most}` }
}

export const drawerWords = (drawer: string): Words => ({
  zh: `抽屉 ${drawer} 打开`,
  en: `drawer ${drawer} open`,
})
export const FRIDGE_DOOR_WORDS: Words = { zh: '冰箱门打开', en: 'refrigerator door open' }
export const MAINS_WORDS: Words = { zh: '停电', en: 'mains failure' }

export const faultWords = (fault: string): Words => ({
  zh: `传感器故障 ${fault}`,
  en: `sensor fault ${fault}`,
})

/** As a `temperature.suspect` is written: both languages in one text. */
export const suspectWords = (text: string): Words => {
  const [zh = text, en = text] = text.split(' / ')
  return { zh, en }
}
