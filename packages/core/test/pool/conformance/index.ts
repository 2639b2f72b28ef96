import type { Backend } from '@shoal/core'
import { affinity } from './affinity.js'
import { backpressure } from './backpressure.js'
import { calls } from './calls.js'
import { cancelling } from './cancelling.js'
import { combining } from './combining.js'
import { elements } from './elements.js'
import { ending } from './ending.js'
import { fairness } from './fairness.js'
import { kernelErrors } from './kernel-errors.js'
import { kernels } from './kernels.js'
import { observability } from './observability.js'
import { ownSources } from './own-sources.js'
import { progress } from './progress.js'
import { regions } from './regions.js'
import { roundRobin } from './round-robin.js'
import { segmentFaults } from './segment-faults.js'
import { setup } from './setup.js'
import { sources } from './sources.js'
import { spmd } from './spmd.js'
import { synchronous } from './synchronous.js'
import { tasks } from './tasks.js'
import { textFiles } from './text-files.js'
import { values } from './values.js'

const suites = [
  sources,
  ownSources,
  calls,
  combining,
  roundRobin,
  spmd,
  textFiles,
  values,
  kernels,
  kernelErrors,
  cancelling,
  progress,
  regions,
  tasks,
  elements,
  synchronous,
  fairness,
  segmentFaults,
  setup,
  affinity,
  observability,
  backpressure,
  ending,
]

/** What every backend promises: one suite a subject, each with pools of its own. */
export function poolConformance(backend: Backend): void {
  for (const suite of suites) suite(backend)
}
