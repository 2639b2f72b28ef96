import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Exit } from '../program.js'
import type { RunOptions } from './run.js'

/** Declares `shoal run`. What runs it is imported when it is needed, so that help comes at once. */
export function addRunCommand(program: Command, exit: Exit): void {
  program
    .command('run')
    .description("run a job file; the job's result goes to stdout, everything else to stderr")
    .argument('<job>', 'file whose default export is made by defineJob()')
    .argument('[args...]', "the job's parameters, in the order of their declaration")
    .option('--param <name=value>', 'a parameter by name; again for more of them', collectParam, [])
    .option('--workers <count>', 'how many workers (default: the usable CPUs)', parseWorkers)
    .addOption(new Option('--backend <kind>', 'what workers are').choices(['threads', 'processes']))
    .option('--quiet', 'no progress and no summary')
    .option('--json', 'progress, summary and errors as one JSON object a line')
    .option('--verbose', 'errors with their stacks')
    .action(async (jobFile: string, args: string[], options: RunOptions) => {
      const { run } = await import('./run.js')
      exit(await run(jobFile, args, options))
    })
}

function collectParam(text: string, params: readonly [string, string][]): [string, string][] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('Expected name=value.')
  return [...params, [text.slice(0, equals), text.slice(equals + 1)]]
}

function parseWorkers(text: string): number {
  const workers = Number(text)
  if (!/^\d+$/.test(text) || workers < 1) throw new InvalidArgumentError('Expected a positive integer.')
  return workers
}
