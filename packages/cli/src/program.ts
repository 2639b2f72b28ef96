import type { Command as ProgramCommand } from 'commander'
import { Command } from './commander.js'
import { addCompletionCommand } from './completion/add-completion-command.js'
import { addDoctorCommand } from './doctor/add-doctor-command.js'
import { addInitCommand } from './init/add-init-command.js'
import { addRunCommand } from './run/add-run-command.js'
import { addSegmentsCommand } from './segments/add-segments-command.js'

export interface ProgramHooks {
  readonly version: string
  /** Gets what help and version print. */
  readonly print: (text: string) => void
  /** Gets the exit code of the command that ran. */
  readonly exit: Exit
}

export type Exit = (code: number) => void

/** All commands with their options. What carries them out is imported when it is needed, so that help comes at once. */
export function createProgram({ version, print, exit }: ProgramHooks): ProgramCommand {
  const program = new Command('shoal')
    .description('Batch jobs on shared memory, from the shell.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help; after a command, that of the command')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: print, writeErr: () => {} })
    .exitOverride()
  addRunCommand(program, exit)
  addSegmentsCommand(program, exit)
  addDoctorCommand(program, exit)
  addInitCommand(program, exit)
  addCompletionCommand(program, exit)
  return program.addHelpText('after', footer)
}

const footer = `
Results go to stdout, everything else to stderr.

Exit codes:
  0    done
  1    failed
  2    wrong usage
  75   another run holds the checkpoint: try again later
  130  interrupted by Ctrl-C
  143  interrupted by SIGTERM
  129  interrupted by SIGHUP, as when the terminal is closed

Examples:
  shoal init counting && cd counting && npm install
  shoal run job.js big.log --workers 4
  shoal run job.js big.log --checkpoint state --report run.html
  shoal run job.js --help    which parameters a job takes
  shoal doctor               whether this machine is fit`
