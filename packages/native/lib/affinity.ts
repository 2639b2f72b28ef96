import { part } from './binding.js'

const native = part('affinity')

/** The numbers of the CPUs that this thread may run on, ascending. */
export const allowedCpus = native.allowedCpus as () => number[]
/** Lets thread `tid` (0: this one) run on these CPUs only. */
export const setAffinity = native.setAffinity as (tid: number, cpus: readonly number[]) => void
