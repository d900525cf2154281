/** The question of a message: a text, or `{question, options}`; else the one typed into the node. */
const questionOf = (payload, typed) => {
  const given = typeof payload === 'string' ? { question: payload } : (payload ?? {})
  const text = String(given.question ?? typed ?? '').trim()
  const options = Array.isArray(given.options) ? given.options.map(String) : []
  return options.length > 0 ? { text, options } : { text }
}

module.exports = RED => {
  function YaoguiAskPharmacist(config) {
    RED.nodes.createNode(this, config)
    const agent = RED.nodes.getNode(config.agent)
    const text = key => RED._(`yaogui-ask-pharmacist.status.${key}`)
    const source = config.name || this.id

    this.on('input', async (message, send, done) => {
      const question = questionOf(message.payload, config.question)
      if (!agent || question.text === '') {
        this.status({ fill: 'grey', shape: 'ring', text: text('nothing') })
        done(new Error(text('nothing')))
        return
      }
      this.status({ fill: 'blue', shape: 'dot', text: text('asking') })
      try {
        const payload = await agent.ask({ ...question, source })
        this.status({ fill: 'green', shape: 'dot', text: text('asked') })
        send({ ...message, payload })
        done()
      } catch (error) {
        this.status({ fill: 'red', shape: 'ring', text: text('failed') })
        done(error)
      }
    })
  }
  RED.nodes.registerType('yaogui-ask-pharmacist', YaoguiAskPharmacist)
}
