import { onScopeDispose, type Ref, ref } from 'vue'

/** The time now in milliseconds, ticking so that waiting times and ages on the page stay true. */
export const useNow = (everyMs = 15_000): Readonly<Ref<number>> => {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, everyMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
