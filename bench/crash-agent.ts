/** The agent of `npm run crash`, as a process of its own to be killed: it says its address and runs until then. */
import pino from 'pino'
import { startEdge } from '#edge/main.ts'

const edge = await startEdge({ dataDir: process.argv[2] ?? '', log: pino({ level: 'silent' }) })
process.send?.({ url: edge.url })
