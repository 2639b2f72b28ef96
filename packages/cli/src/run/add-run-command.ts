import type { Command, Option as RunOption } from 'commander'
import { Option } from '../commander.js'
import type { Exit } from '../program.js'
import { affinity, bytes, collectParam, count, duration, path, positiveInteger } from './option-parsers.js'
import type { RunFlags } from './run-options.js'

/** Declares `shoal run`. What runs it is imported when it is needed, so that help comes at once. */
export function addRunCommand(program: Command, exit: Exit): void {
  const command: Command = program
    .command('run')
    .usage('[options] <job> [args...]')
    .description("run a job file; the job's result goes to stdout, everything else to stderr")
    .argument('[job]', 'file whose default export is made by defineJob()')
    .argument('[args...]', "the job's parameters, in the order of their declaration")
  command
    .optionsGroup('Parameters:')
    .option('--param <name=value>', 'a parameter by name; again for more of them', collectParam)
    .option('--config <file>', 'options and parameters from a file (default: shoal.config.js, if there)', path)
    .optionsGroup('Workers:')
    .option('--workers <count>', 'how many workers (default: the usable CPUs)', positiveInteger)
    .addOption(new Option('--backend <kind>', 'what workers are (default: threads)').choices(['threads', 'processes']))
    .addOption(new Option('--schedule <how>', 'how the input is cut (default: auto)').choices(['auto', 'static', 'dynamic', 'guided']))
    .option('--chunk-length <count>', 'elements, or bytes of files, in a chunk: as the schedule says', positiveInteger)
    .option('--affinity <cpus>', 'none, cores, or CPUs by worker such as 0-1:2,3', affinity)
    .optionsGroup('Limits:')
    .addOption(named('timeoutMs', new Option('--timeout <duration>', 'fail when it takes longer: 90, 90s, 15m, 2h')).argParser(duration))
    .addOption(named('maxMemoryBytes', new Option('--max-memory <size>', 'fail when it takes more: 512M, 4G')).argParser(bytes))
    .optionsGroup('Failures:')
    .option('--retries <count>', 'how often a chunk that ends its worker is tried again (default: 0)', count)
    .addOption(new Option('--on-error <what>', 'what a bad record does (default: fail)').choices(['fail', 'skip']))
    .option('--quarantine <file>', 'where --on-error skip puts them (default: JOB.quarantine.jsonl)', path)
    .optionsGroup('Checkpoint:')
    .option('--checkpoint <folder>', 'keep what is done there, and continue from what is there', path)
    .addOption(new Option('--resume', 'fail when there is nothing to continue from').conflicts('fresh'))
    .option('--fresh', 'discard what is there')
    .option('--hash-inputs', 'tell changed inputs by content, not by time')
    .optionsGroup('Output:')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--report <file.html>', 'write a page about the run, in place of what is there', path)
    .option('--trace <file.json>', 'write a trace for ui.perfetto.dev, likewise', path)
    .option('--json', 'events, one JSON object a line, instead of text')
    .option('--quiet', 'no progress and no summary')
    .option('--verbose', 'errors with their stacks')
    .helpOption(false)
    .option('-h, --help', 'print this help; after a job, its parameters too')
    .addHelpText('after', footer)
    .action(async (jobFile: string | undefined, args: string[], flags: RunFlags) => {
      if (flags.help === true) {
        if (jobFile === undefined) command.help()
        const { jobHelp } = await import('./job-help.js')
        const text = await jobHelp(jobFile)
        command.addHelpText('before', text).help()
      }
      if (jobFile === undefined) command.error("missing required argument 'job'")
      const { run } = await import('./run.js')
      exit(await run(jobFile, args, flags))
    })
}

/** An option whose value has a name with its unit. */
function named(name: string, option: RunOption): RunOption {
  option.attributeName = () => name
  return option
}

const footer = `
Stopping: the first Ctrl-C, SIGTERM or SIGHUP lets the chunks that run finish and writes the checkpoint; the second ends at once.

Environment:
  SHOAL_WORKERS, SHOAL_SCHEDULE   what --workers and --schedule are when they are not given
  SHOAL_PROGRESS_MS               milliseconds between lines of progress, where stderr is no terminal (default: 5000)

Examples:
  shoal run job.js big.log
  shoal run job.js big.log --param least=4 --workers 8 --backend processes
  shoal run job.js 'logs/*.txt' --checkpoint state        again, after a crash: continues
  shoal run job.js big.log --on-error skip --quarantine bad.jsonl
  shoal run job.js big.log --report run.html --trace run.json
  shoal run job.js big.log --json 2> events.jsonl`
