import type { Affinity, Backend, Schedule } from '@shoal/core'

/** What the command line, or a configuration file, says of a run. Nothing has a default here: what is not said is left to the library. */
export interface RunOptions {
  readonly workers?: number
  readonly backend?: Backend
  readonly affinity?: Affinity
  readonly schedule?: Schedule
  readonly chunkLength?: number
  readonly retries?: number
  readonly timeoutMs?: number
  readonly maxMemoryBytes?: number
  readonly checkpoint?: string
  readonly resume?: boolean
  readonly hashInputs?: boolean
  readonly onError?: 'fail' | 'skip'
  readonly quarantine?: string
  readonly report?: string
  readonly trace?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** What only the command line can say. */
export interface RunFlags extends RunOptions {
  readonly param?: readonly [string, string][]
  readonly config?: string
  readonly fresh?: true
  readonly dryRun?: true
  readonly help?: true
}
