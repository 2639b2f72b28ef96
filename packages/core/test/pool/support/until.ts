import { setImmediate as turn } from 'node:timers/promises'

/** Turns the event loop until `condition` holds; the watchdog ends it when that never happens. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn()
}
