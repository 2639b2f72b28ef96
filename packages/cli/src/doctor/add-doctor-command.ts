import type { Command } from 'commander'
import type { Exit } from '../program.js'

/** Declares `shoal doctor`. */
export function addDoctorCommand(program: Command, exit: Exit): void {
  program
    .command('doctor')
    .description('look at what Shoal needs of this machine, with advice; exit code 1 when something is broken')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Looks at Node, the addon, CPUs and their quota, memory and its limit, /dev/shm, System V and other limits, huge pages and CPU features,
then computes for two seconds on threads and on processes and checks the result.

Each finding is ok, a warning (works, but not as well or as much as it could) or broken. On a terminal it has a colour, unless NO_COLOR is set.`,
    )
    .action(async (options: { json?: true }) => {
      const { doctor } = await import('./doctor.js')
      exit(await doctor(options))
    })
}
