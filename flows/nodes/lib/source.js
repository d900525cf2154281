/** The texts live with the agent's node: all sources say the same. */
const TEXTS = '@yaogui/node-red-nodes/yaogui-agent:yaogui-agent.status'

const STATUS = {
  connecting: { fill: 'yellow', shape: 'ring' },
  connected: { fill: 'green', shape: 'dot' },
  disconnected: { fill: 'red', shape: 'ring' },
}

/**
 * What all source nodes share: follow a topic of the agent, show the connection, end with the node.
 * @param {{ RED: any, node: any, agent: any, filter: string, toMessage: (topic: string, body: any) => object | null }} options
 *   `toMessage` gives null for what the node does not pass on
 */
const followTopic = ({ RED, node, agent, filter, toMessage }) => {
  const text = key => RED._(`${TEXTS}.${key}`)
  if (!agent) {
    node.status({ fill: 'grey', shape: 'ring', text: text('no-agent') })
    return
  }
  const leave = agent.link.subscribe({
    filter,
    onMessage: (topic, body) => {
      const message = toMessage(topic, body)
      if (message !== null) node.send(message)
    },
    onState: state => node.status({ ...STATUS[state], text: text(state) }),
    onError: error => node.error(error),
  })
  node.on('close', leave)
}

module.exports = { followTopic }
