import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addRunCommand } from './run/add-run-command.js'
import { tell, write } from './write.js'

/** Exit codes: 0 done, 1 failed, 2 wrong usage; interrupted runs end with 128 + the signal's number. */
export async function main(args: readonly string[]): Promise<number> {
  let output = ''
  const program = new Command('shoal')
    .description('Runs batch jobs on shared memory')
    .version(packageVersion())
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => {
        output += text
      },
      writeErr: () => {},
    })
    .exitOverride()
  let exitCode = 0
  addRunCommand(program, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(error, args)
    if (error.exitCode === 0) {
      await write(process.stdout, output)
      return 0
    }
    const message = error.code === 'commander.help' ? 'expected a command' : error.message.replace(/^error: /, '').replace(/\s+/g, ' ')
    await tell(`shoal: ${message} (see shoal --help)\n`)
    return 2
  }
}

/** For what keeps a command from starting at all, such as a platform without the addon. */
async function fail(error: unknown, args: readonly string[]): Promise<number> {
  const { describeFailure } = await import('./failure.js')
  const { message, stack, exitCode } = await describeFailure(error)
  await tell(`shoal: ${message}\n${args.includes('--verbose') ? `${stack}\n` : ''}`)
  return exitCode
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version
}
