import { checkEncoding } from './check-encoding.js'
import { CommanderError } from './commander.js'
import { endProcess } from './end-process.js'
import { packageVersion } from './package-version.js'
import { createProgram } from './program.js'
import { UsageError } from './usage-error.js'
import { write } from './write.js'

/** Runs a command line and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let output = ''
  let exitCode = 0
  const program = createProgram({
    version: packageVersion(),
    print: (text) => {
      output += text
    },
    exit: (code) => {
      exitCode = code
    },
  })
  process.once('beforeExit', () => void fail(new Error('the job waits for something that never comes'), args).then(endProcess))
  try {
    checkEncoding(args)
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, args)
    if (error.exitCode !== 0) {
      const command = program.commands.find((command) => command.name() === args[0])
      return fail(new UsageError(`${messageOf(error, args)} (see shoal ${command ? `${args[0]} ` : ''}--help)`), args)
    }
    return write(process.stdout, output).then(
      () => 0,
      (failure: unknown) => fail(failure, args),
    )
  }
}

function messageOf({ code, message }: InstanceType<typeof CommanderError>, [command, about]: readonly string[]): string {
  if (code !== 'commander.help') return message.replace(/^error: /, '').replace(/\s+/g, ' ')
  return command === 'help' && about !== undefined ? `unknown command '${about}'` : 'expected a command'
}

/** For what keeps a command from starting at all, such as wrong usage, or a platform without the addon. */
async function fail(error: unknown, args: readonly string[]): Promise<number> {
  const { describeFailure } = await import('./failure.js')
  const { createReporter } = await import('./run/reporter.js')
  const failure = await describeFailure(error)
  await createReporter({ json: args.includes('--json'), verbose: args.includes('--verbose') }).failure(failure)
  return failure.exitCode
}
