import { binding } from './binding.js'

/** The numbers of the CPUs that this thread may run on, ascending. */
export const allowedCpus = binding.allowedCpus as () => number[]
/** Lets thread `tid` (0: this one) run on these CPUs only. */
export const setAffinity = binding.setAffinity as (tid: number, cpus: readonly number[]) => void
