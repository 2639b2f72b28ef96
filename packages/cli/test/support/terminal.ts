import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bin } from './shoal.js'

const script = fileURLToPath(new URL('../../test/support/terminal.py', import.meta.url))

export interface TerminalOutcome {
  /** Negative: the number of the signal that ended it. */
  readonly code: number
  readonly stdout: string
  /** All that the terminal was sent. */
  readonly terminal: string
}

/**
 * Runs the command on a terminal, with its stdout on a pipe; types Ctrl-C each time that the terminal shows the next of `cues`, or closes the
 * terminal.
 */
export async function shoalOnTerminal(
  args: readonly string[],
  cues: readonly (string | { readonly close: string })[] = [],
  term = 'xterm',
): Promise<TerminalOutcome> {
  const command = [script, JSON.stringify(cues), process.execPath, bin, ...args]
  const { stdout } = await promisify(execFile)('python3', command, { env: { ...process.env, TERM: term } })
  return JSON.parse(stdout) as TerminalOutcome
}
