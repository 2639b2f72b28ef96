import { expectedType, ShoalError } from '../errors/index.js'
import type { KernelReference } from '../protocol/index.js'
import { checkSegments } from './check-segments.js'
import { checkArgs } from './clone-limit.js'
import type { CrewMember } from './crew-member.js'
import { kernelReference } from './kernel-reference.js'
import type { Backend } from './options.js'
import { Task } from './task.js'

/** The kernel that every new worker runs before it counts as ready. */
export interface Setup {
  readonly kernel: KernelReference
  readonly args: readonly unknown[]
}

export function resolveSetup(setup: unknown, args: unknown): Setup | undefined {
  if (setup === undefined) {
    if (args !== undefined) throw expectedType('setupArgs', 'nothing without setup', args)
    return undefined
  }
  return { kernel: kernelReference('setup', setup), args: checkArgs(args, 'setupArgs') }
}

/** Rejects with what the kernel throws, or when the worker ends meanwhile. */
export async function setUp({ kernel, args }: Setup, member: CrewMember, backend: Backend): Promise<void> {
  const { rank, handle } = member
  const task = new Task({ kernel, args, transfer: [], priority: 0, rank, backend, isSetup: true })
  checkSegments(task.segments, backend)
  const done = member.run(task).then((result) => {
    task.settle(result, rank)
    return task.promise
  })
  const died = handle.died.then(({ how, cause }): never => {
    throw new ShoalError('SHOAL_POOL_WORKER_FAILED', `Worker ${rank} ${how} in the middle of setup`, { cause, rank })
  })
  await Promise.race([done, died])
}
