import { binding } from './binding.js'

/**
 * From now on this process is killed when the thread that created it ends. False: `parentPid` is gone already, so exit.
 * For the main thread of a child.
 */
export const dieWithParent = binding.dieWithParent as (parentPid: number) => boolean
