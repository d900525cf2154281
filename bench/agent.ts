/** The agent as a process of its own, to be killed or measured: it says its address and runs until then. */
import pino from 'pino'
import { startEdge } from '#edge/main.ts'

const edge = await startEdge({ dataDir: process.argv[2] ?? '', log: pino({ level: 'silent' }) })
process.send?.({ url: edge.url })
