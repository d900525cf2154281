import { startCentral } from '#central/main.ts'
import { PEOPLE, SITES, silent } from './central-fixture.ts'

/** A centre as a process of its own, for tests that kill it. Argument: its folder. Says where it is on stdout. */
const [folder = ''] = process.argv.slice(2)
try {
  const { url, mqttPort } = await startCentral({
    ...{ dataDir: folder, county: 'yunxi', sites: SITES, people: PEOPLE, log: silent },
  })
  process.stdout.write(`${JSON.stringify({ url, mqttPort })}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: (error as { code?: string }).code })}\n`)
}
