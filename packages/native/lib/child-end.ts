import { part } from './binding.js'

const native = part('child-end')

/**
 * A child of this process is killed, and waited for, when the calling thread ends: nobody else would wait for it before the process ends. Returns
 * a function, to be called once, that takes this back; undefined before Linux 5.3, or without a descriptor to spare.
 */
export const endWithThread = native.endWithThread as (pid: number) => (() => void) | undefined
