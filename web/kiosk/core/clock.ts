import { computed, type Ref, ref } from 'vue'

export type Clock = {
  /** The agent's time in milliseconds, ticking each second. A tablet's own clock may be wrong, its ages must not be. */
  readonly now: Readonly<Ref<number>>
  /** Tells what the agent's clock said just now, ISO 8601. */
  readonly agreeWith: (agentNow: string) => void
}

export const createClock = (): Clock => {
  const own = ref(Date.now())
  const offset = ref(0)
  setInterval(() => {
    own.value = Date.now()
  }, 1_000)
  return {
    now: computed(() => own.value + offset.value),
    agreeWith: agentNow => {
      const at = Date.parse(agentNow)
      if (!Number.isNaN(at)) offset.value = at - Date.now()
    },
  }
}
