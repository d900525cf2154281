const { createLink } = require('./lib/link.js')

const ASK_TIMEOUT_MS = 5_000
/** A flow in a loop must not pile up questions. */
const MOST_OPEN_QUESTIONS = 5

/**
 * Values from the node, else those the edge agent gave this process. The agent's secrets only go to the agent's
 * own address: an address typed into the node brings its own.
 */
const connectionOf = ({ mqttUrl, agentUrl }, { user = '', password = '', token = '' } = {}) => {
  const { env } = process
  return {
    mqtt: mqttUrl
      ? { url: mqttUrl, user, password }
      : {
          url: env.YAOGUI_MQTT_URL ?? 'mqtt://127.0.0.1:1883',
          user: user || (env.YAOGUI_MQTT_USER ?? ''),
          password: password || (env.YAOGUI_MQTT_PASSWORD ?? ''),
        },
    http: agentUrl
      ? { url: agentUrl, token }
      : {
          url: env.YAOGUI_AGENT_URL ?? 'http://127.0.0.1:8080',
          token: token || (env.YAOGUI_AGENT_TOKEN ?? ''),
        },
  }
}

const createAsk = ({ url, token }) => {
  let open = 0
  /**
   * Puts a question on the kiosk.
   * @param {{ text: string, source: string, options?: string[] }} question
   * @returns {Promise<any>} the agent's answer; rejects with `code` E_ASK_BUSY, E_ASK_REFUSED or that of the network
   */
  return async question => {
    if (open >= MOST_OPEN_QUESTIONS)
      throw Object.assign(new Error('too many questions'), { code: 'E_ASK_BUSY' })
    open += 1
    try {
      const response = await fetch(new URL('/api/flows/ask', url), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(question),
        signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
      })
      const text = await response.text()
      if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { code: 'E_ASK_REFUSED' })
      return text === '' ? {} : JSON.parse(text)
    } finally {
      open -= 1
    }
  }
}

module.exports = RED => {
  function YaoguiAgent(config) {
    RED.nodes.createNode(this, config)
    const { mqtt, http } = connectionOf(config, this.credentials)
    this.link = createLink(mqtt)
    this.ask = createAsk(http)
    this.on('close', done => this.link.close(done))
  }
  RED.nodes.registerType('yaogui-agent', YaoguiAgent, {
    credentials: { user: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  })
}
