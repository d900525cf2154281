const mqtt = require('mqtt')

/**
 * One MQTT connection shared by all nodes of an agent; opened with the first subscription.
 * @typedef {'connecting' | 'connected' | 'disconnected'} LinkState
 * @typedef {object} Subscription
 * @property {string} filter MQTT topic filter
 * @property {(topic: string, body: any) => void} onMessage the parsed object
 * @property {(state: LinkState) => void} onState
 * @property {(error: Error) => void} onError a message that is no JSON object
 */

const RECONNECT_MS = 2_000

/**
 * @param {string} filter with `+` for one level, `#` for the rest
 * @param {string} topic
 */
const matches = (filter, topic) => {
  const wanted = filter.split('/')
  const levels = topic.split('/')
  const rest = wanted.indexOf('#')
  if (rest === -1 && wanted.length !== levels.length) return false
  return wanted
    .slice(0, rest === -1 ? undefined : rest)
    .every((part, i) => part === '+' || part === levels[i])
}

/** @param {string} text */
const parsed = text => {
  try {
    const body = JSON.parse(text)
    return typeof body === 'object' && body !== null ? { body } : { error: new Error('not a JSON object') }
  } catch (error) {
    return { error }
  }
}

/** @param {{ url: string, user: string, password: string }} options */
const createLink = ({ url, user, password }) => {
  /** @type {Set<Subscription>} */
  const subscriptions = new Set()
  /** @type {mqtt.MqttClient | undefined} */
  let client
  /** @type {LinkState} */
  let state = 'connecting'

  const changed = next => {
    state = next
    for (const { onState } of subscriptions) onState(state)
  }
  const received = (topic, payload) => {
    const { body, error } = parsed(payload.toString())
    for (const { filter, onMessage, onError } of subscriptions) {
      if (!matches(filter, topic)) continue
      if (error) onError(error)
      else onMessage(topic, body)
    }
  }
  const open = () => {
    client = mqtt.connect(url, {
      username: user,
      password,
      reconnectPeriod: RECONNECT_MS,
    })
    client.on('connect', () => changed('connected'))
    client.on('close', () => changed('disconnected'))
    client.on('message', received)
    // MQTT.js retries by itself; without a listener the first refused connection ends the process.
    client.on('error', () => changed('disconnected'))
  }

  return {
    /** @param {Subscription} subscription */
    subscribe: subscription => {
      if (client === undefined) open()
      subscriptions.add(subscription)
      client.subscribe(subscription.filter, { qos: 1 })
      subscription.onState(state)
      return () => {
        subscriptions.delete(subscription)
        if (![...subscriptions].some(({ filter }) => filter === subscription.filter))
          client.unsubscribe(subscription.filter)
      }
    },
    /** @param {() => void} done */
    close: done => {
      subscriptions.clear()
      if (client === undefined) done()
      else client.end(true, {}, () => done())
    },
  }
}

module.exports = { createLink, matches }
