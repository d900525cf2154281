const { followTopic } = require('./lib/source.js')

module.exports = RED => {
  function YaoguiAlarm(config) {
    RED.nodes.createNode(this, config)
    const onlyAlarms = config.level === 'alarm'
    followTopic({
      RED,
      node: this,
      agent: RED.nodes.getNode(config.agent),
      filter: 'yaogui/local/+/alarm',
      toMessage: (topic, alarm) => (onlyAlarms && alarm.level !== 'alarm' ? null : { topic, payload: alarm }),
    })
  }
  RED.nodes.registerType('yaogui-alarm', YaoguiAlarm)
}
