/** Flags whose value is the argument behind them, or a part of their own. */
const ABOUT_THE_PROGRAM = /^(-e|-p|-pe|--eval|--print|--input-type)(=|$)/

/**
 * The arguments of node that a forked worker takes over from this process: not those that say which program it runs. With `--eval` a worker
 * would run that program again, and so fork workers for ever.
 */
export function inheritedArgv(argv: readonly string[]): string[] {
  const isValue = (index: number): boolean => index > 0 && ABOUT_THE_PROGRAM.test(argv[index - 1]!) && !argv[index - 1]!.includes('=')
  return argv.filter((arg, index) => !ABOUT_THE_PROGRAM.test(arg) && !isValue(index))
}
