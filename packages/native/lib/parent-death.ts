import { part } from './binding.js'

const native = part('parent-death')

/**
 * From now on this process is killed when the thread that created it ends. False: `parentPid` is gone already, so exit.
 * For the main thread of a child.
 */
export const dieWithParent = native.dieWithParent as (parentPid: number) => boolean
