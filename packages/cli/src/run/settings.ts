import type { Params } from './collect-params.js'
import { loadConfig } from './config.js'
import type { RunFlags, RunOptions } from './run-options.js'

/** A run as it was asked for. */
export interface Settings extends RunOptions {
  /** Parameters by name: those of the configuration, and those of the command line, which are texts. */
  readonly configured: Params
  readonly named: readonly [string, string][]
  readonly dryRun: boolean
}

/** The command line goes before the configuration file. */
export async function resolveSettings(flags: RunFlags): Promise<Settings> {
  const { param = [], config: file, dryRun = false, fresh, help: _, ...options } = flags
  const { params = {}, ...config } = await loadConfig(file)
  return { ...config, ...options, ...(fresh === true && { resume: false }), configured: params, named: param, dryRun }
}
