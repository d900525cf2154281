/** `yaogui edge` without the other commands, whose libraries (database, charts, web) a Pi would load for nothing. */
import { Command } from 'commander'
import { addEdge } from '#cli/commands/edge.ts'

const program = new Command('yaogui')
addEdge(program)
await program.parseAsync()
