/** Flags that say which program runs; their value is the argument behind them, or a part of their own. */
const ABOUT_THE_PROGRAM = /^(-e|-p|-pe|--eval|--print|--input-type)(=|$)/
/** And those that say how: a worker would be a test, or be started anew when a file changes, or wait for a debugger that nobody sees. */
const ABOUT_ITS_RUN = /^--(experimental-)?(test|watch|inspect)(-|=|$)/

/**
 * The arguments of node that a forked worker takes over from this process: not those that say which program it runs, and how. With `--eval` a
 * worker would run that program again, and so fork workers for ever.
 */
export function inheritedArgv(argv: readonly string[]): string[] {
  const isValue = (index: number): boolean => {
    const flag = argv[index - 1]
    if (flag === undefined || flag.includes('=')) return false
    return ABOUT_THE_PROGRAM.test(flag) || (ABOUT_ITS_RUN.test(flag) && !argv[index]!.startsWith('-'))
  }
  return argv.filter((arg, index) => !ABOUT_THE_PROGRAM.test(arg) && !ABOUT_ITS_RUN.test(arg) && !isValue(index))
}
