/** The largest cabinet as a process of its own, so that what the agent's process writes is the agent's alone. */
import { serveBigCabinet } from './big-cabinet.ts'

const [dir = '', drawers = '64', sensors = '16', fills = '0'] = process.argv.slice(2)
const cabinet = await serveBigCabinet({ dir, drawers: Number(drawers), sensors: Number(sensors) })
const tokens = Array.from({ length: Number(fills) }, (_, n) =>
  cabinet.token(cabinet.drawers[n % cabinet.drawers.length] ?? ''),
)
process.send?.({ dataDir: cabinet.dataDir, handPort: cabinet.handPort, drawers: cabinet.drawers, tokens })
