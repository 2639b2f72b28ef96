import { binding } from './binding.js'

/** How many CPUs this thread may run on. */
export const allowedCpus = binding.allowedCpus as () => number
