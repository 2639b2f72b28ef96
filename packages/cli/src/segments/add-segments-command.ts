import type { Command } from 'commander'
import type { Exit } from '../program.js'

/** Declares `shoal segments`: what ipcs and ipcrm are to System V. */
export function addSegmentsCommand(program: Command, exit: Exit): void {
  const segments = program
    .command('segments')
    .description('list and remove the named shared memory that programs with Shoal have made')
    .addHelpText(
      'after',
      `
Anonymous segments have no name and end with the last process that has them, so they are not listed.
Mapped files are files: ls and rm are for them.

Examples:
  shoal segments list
  shoal segments remove /prices
  shoal segments clean       after a crash: what dead processes left`,
    )
  segments
    .command('list', { isDefault: true })
    .description('who made each segment, who has it attached, its size, kind and age')
    .option('--json', 'one JSON object a line')
    // What is no command comes here, as what `list` is given.
    .allowExcessArguments()
    .action(async (options: { json?: true }, { args: [extra] }: Command) => {
      const expected = segments.args.includes('list') ? 'no arguments for list' : 'list, remove or clean'
      if (extra !== undefined) segments.error(`expected ${expected} but received '${extra}'`)
      const { listSegments } = await import('./list-segments.js')
      exit(await listSegments(options))
    })
  segments
    .command('remove')
    .description('take away the names of segments; whoever has them attached keeps them')
    .argument('<segment...>', 'name, or id of a System V segment, as listed')
    .option('--force', 'also those whose maker still runs')
    .action(async (names: string[], options: { force?: true }) => {
      const { removeSegments } = await import('./remove-segments.js')
      exit(await removeSegments(names, options))
    })
  segments
    .command('clean')
    .description('remove what dead processes left behind, and nothing else')
    .option('--json', 'one JSON object a line')
    .action(async (options: { json?: true }) => {
      const { cleanSegments } = await import('./clean-segments.js')
      exit(await cleanSegments(options))
    })
}
