import { UsageError } from '../usage-error.js'
import type { Params } from './collect-params.js'
import { loadConfig } from './config.js'
import type { RunFlags, RunOptions } from './run-options.js'

/** A run as it was asked for. */
export interface Settings extends RunOptions {
  /** Parameters by name: those of the configuration, and those of the command line, which are texts. */
  readonly configured: Params
  readonly named: readonly [string, string][]
  readonly dryRun: boolean
  /** Between lines of progress where stderr is no terminal. */
  readonly progressMs: number
}

const defaultProgressMs = 5000

/**
 * The command line goes before the configuration file.
 * @throws UsageError for an option without the one that it belongs to
 */
export async function resolveSettings(flags: RunFlags): Promise<Settings> {
  const { param = [], config: file, dryRun = false, fresh, help: _, ...options } = flags
  const { params = {}, ...config } = await loadConfig(file)
  const settings = {
    ...config,
    ...options,
    ...(fresh === true && { resume: false }),
    configured: params,
    named: param,
    dryRun,
    progressMs: progressMs(),
  }
  belongsTo('--checkpoint FOLDER', settings.checkpoint !== undefined, {
    '--resume': settings.resume,
    '--fresh': fresh,
    '--hash-inputs': flags.hashInputs,
  })
  // Not that of a configuration: there it says where they would go.
  belongsTo('--on-error skip', settings.onError === 'skip', { '--quarantine FILE': flags.quarantine })
  return settings
}

function progressMs(): number {
  const text = process.env.SHOAL_PROGRESS_MS
  if (text === undefined || text === '') return defaultProgressMs
  if (/^\d+$/.test(text)) return Number(text)
  throw new UsageError(`expected a whole number of milliseconds for SHOAL_PROGRESS_MS but received '${text}'`)
}

function belongsTo(needed: string, isThere: boolean, given: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(given)) {
    if (value && !isThere) throw new UsageError(`expected ${needed} with ${option}`)
  }
}
