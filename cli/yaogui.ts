import { Command } from 'commander'
import { VERSION } from '#edge/agent.ts'
import { addCentral } from './commands/central.ts'
import { addColdChain } from './commands/coldchain.ts'
import { addCommission } from './commands/commission.ts'
import { addCounty } from './commands/county.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEdge } from './commands/edge.ts'
import { addEmulate } from './commands/emulate.ts'
import { addFrame } from './commands/frame.ts'
import { addJournal } from './commands/journal.ts'
import { addPeople } from './commands/people.ts'
import { addPlan } from './commands/plan.ts'
import { addRx } from './commands/rx.ts'
import { addStory } from './commands/story.ts'

const program = new Command('yaogui')
  .description(
    '药柜：乡镇药房智能药柜与冷链，及县中心药房 / smart drug cabinets, cold chain, and the central pharmacy',
  )
  .version(VERSION)
  .showHelpAfterError('  → yaogui --help 查看用法 / shows the usage')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'E_USAGE  ')) })
  // 2 for wrong use, as for our own errors of that kind; subcommands inherit both.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

for (const add of [
  addCounty,
  addStory,
  addEdge,
  addCentral,
  addJournal,
  addPeople,
  addRx,
  addColdChain,
  addDoctor,
  addFrame,
  addEmulate,
  addCommission,
  addPlan,
])
  add(program)

await program.parseAsync()
