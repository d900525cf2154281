import { onUnmounted, type Ref, ref } from 'vue'

/** Seconds until a page that says how something ended goes on by itself; stops with the page. */
export const useLeaving = (seconds: number, leave: () => void): Readonly<Ref<number>> => {
  const left = ref(seconds)
  const timer = setInterval(() => {
    left.value -= 1
    if (left.value <= 0) leave()
  }, 1_000)
  onUnmounted(() => clearInterval(timer))
  return left
}
