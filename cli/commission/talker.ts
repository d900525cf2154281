import { createInterface } from 'node:readline'
import { YaoguiError } from '#domain/error.ts'
import type { Notice } from '#hardware/commissioning/talk.ts'

export type Talker = {
  readonly say: (notice: Notice) => void
  /** A line that was typed. Rejects with E_COMMISSION_INPUT when no more will come. */
  readonly ask: (question: Notice) => Promise<string>
  readonly close: () => void
}

export type Lang = 'zh' | 'en'

type Options = {
  readonly lang: Lang
  readonly input: NodeJS.ReadableStream
  readonly print: (line: string) => void
  /** A person types: what was typed before the question was there is no answer to it, least of all the `y` that unlocks. */
  readonly live?: boolean
}

const inputEnded = (): YaoguiError =>
  new YaoguiError('E_COMMISSION_INPUT', {
    zh: '输入已结束，调试中断；做完的步骤都已写入配置',
    en: 'the input ended before the walk did; what was proved is written to the plan',
    wayOut: { zh: '再次运行即从中断处继续', en: 'run it again to go on' },
  })

const EARLY: Readonly<Record<Lang, string>> = {
  zh: '  （提问之前输入的不算）',
  en: '  (typed before the question: not taken)',
}

/** A person at a terminal, or a script: an answer is a line. */
export const createTalker = ({ lang, input, print, live = false }: Options): Talker => {
  const reader = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const lines = reader[Symbol.asyncIterator]()
  let typed = 0
  let taken = 0
  reader.on('line', () => {
    typed += 1
  })
  return {
    say: notice => print(notice[lang]),
    ask: async question => {
      print(`? ${question[lang]}`)
      const early = live ? typed : 0
      for (;;) {
        const line = await lines.next()
        if (line.done === true) throw inputEnded()
        taken += 1
        if (taken > early) return line.value
        print(EARLY[lang])
      }
    },
    close: () => reader.close(),
  }
}
