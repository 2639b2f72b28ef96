import { constants } from 'node:os'

/**
 * Ends this process. By SIGHUP itself where that was the reason: when it exits, Node would put the terminal back into the state that it was in,
 * and aborts where the terminal has gone.
 */
export function endProcess(exitCode: number): void {
  if (exitCode !== 128 + constants.signals.SIGHUP) process.exit(exitCode)
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}
