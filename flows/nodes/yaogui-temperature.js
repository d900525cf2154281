const { followTopic } = require('./lib/source.js')

const toMessage = (topic, { thermometer, name, celsius, quality, at }) => ({
  topic,
  thermometer,
  name,
  payload: { value: celsius, unit: '°C', ts: at, quality },
})

module.exports = RED => {
  function YaoguiTemperature(config) {
    RED.nodes.createNode(this, config)
    const thermometer = config.thermometer || '+'
    followTopic({
      RED,
      node: this,
      agent: RED.nodes.getNode(config.agent),
      filter: `yaogui/local/+/temperature/${thermometer}`,
      toMessage,
    })
  }
  RED.nodes.registerType('yaogui-temperature', YaoguiTemperature)
}
