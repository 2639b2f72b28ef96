import type { Suite } from './suite.js'

/** All suites by the name that the command line takes. */
export const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  algorithms: async () => (await import('../algorithms/suite.js')).suite,
  cli: async () => (await import('../cli/suite.js')).suite,
  heat: async () => (await import('../heat/suite.js')).suite,
  pool: async () => (await import('../pool/suite.js')).suite,
  segments: async () => (await import('../segments/suite.js')).suite,
  sync: async () => (await import('../sync/suite.js')).suite,
  'one-billion-rows': async () => (await import('../one-billion-rows/suite.js')).suite,
}
