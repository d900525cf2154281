import { linkDown } from '#cloud-sync/link/errors.ts'
import { createListeners, type Listeners } from '#cloud-sync/link/listeners.ts'
import type { Link, Log } from '#cloud-sync/link/port.ts'

type Packet = { readonly topic: string; readonly payload: Uint8Array }

const remove = <T>(list: T[], index: number): T | undefined =>
  list.splice(index % Math.max(1, list.length), 1)[0]

/**
 * The link port with a network behind it that loses, doubles and reorders: what is sent waits in `toCentre` and
 * `toSite` until the test decides about it. Worse than any MQTT broker, on purpose.
 */
export const createBadLink = (log: Log) => {
  const ups = createListeners<void>(log)
  const downs = createListeners<void>(log)
  const hosts = createListeners<boolean>(log)
  const messages = new Map<string, Listeners<Uint8Array>>()
  const toCentre: Packet[] = []
  const toSite: Packet[] = []
  let up = false
  let host = false
  let expected = 0

  const link: Link = {
    state: () => (up ? 'up' : 'down'),
    hostOnline: () => up && host,
    onUp: callback => ups.add(callback),
    onDown: callback => downs.add(callback),
    onHost: callback => hosts.add(callback),
    onMessage: (topic, callback) => {
      const listeners = messages.get(topic) ?? createListeners<Uint8Array>(log)
      messages.set(topic, listeners)
      return listeners.add(callback)
    },
    publish: async (topic, payload) => {
      if (!up) throw linkDown()
      toCentre.push({ topic, payload: Buffer.from(payload) })
    },
    expectConfirmation: () => {
      expected++
      let open = true
      return () => {
        if (open) expected--
        open = false
      }
    },
  }
  return {
    link,
    toCentre,
    toSite,
    expected: () => expected,
    connect(hostOnline = true) {
      if (up) return
      up = true
      host = hostOnline
      ups.emit()
    },
    disconnect() {
      if (!up) return
      up = false
      toCentre.length = 0
      toSite.length = 0
      downs.emit()
    },
    setHost(online: boolean) {
      host = online
      if (up) hosts.emit(online)
    },
    send: (topic: string, payload: string) => void toSite.push({ topic, payload: Buffer.from(payload) }),
    /** Takes one packet off the wire, by place. */
    takeToCentre: (index = 0) => remove(toCentre, index),
    deliverToSite(index = 0): boolean {
      const packet = remove(toSite, index)
      if (packet) messages.get(packet.topic)?.emit(packet.payload)
      return packet !== undefined
    },
  }
}
