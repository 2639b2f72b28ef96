import { ShoalError } from '../errors/index.js'
import { checkDamage, type Segment } from '../memory/index.js'
import { canTravel, encodeThrown, isPrimitive, pack, raise, type TaskCall, type TaskResult, unpack } from '../protocol/index.js'
import type { Member } from './member.js'
import { TaskAccount } from './task-account.js'

/**
 * Calls a kernel once, asynchronous ones too. Never throws: what the kernel throws is the result.
 *
 * @param fresh what of a result need not be packed to go to this worker's parent; undefined for what has to be
 */
export async function runTask(
  member: Member,
  { kernel, args, segmentIds, isSetup }: TaskCall,
  fresh: (result: unknown) => unknown = () => undefined,
): Promise<TaskResult> {
  const account = new TaskAccount(member)
  let segments: readonly Segment[] = []
  const take = (ids: readonly string[]) => {
    segments = member.attachments.take(ids)
    return segments
  }
  try {
    member.receive()
    const call = await member.kernels.load({ id: kernel })
    const values = ArrayBuffer.isView(args) ? unpack(args, take) : segmentIds === undefined ? args : raise(args, take(segmentIds))
    const result = await call(...(values as unknown[]))
    checkDamage(segments)
    if (isSetup) {
      member.local = result
      return { packed: pack(undefined).bytes }
    }
    if (isPrimitive(result)) return { fresh: result }
    const bare = fresh(result)
    return bare === undefined ? { packed: pack(result).bytes } : { fresh: bare }
  } catch (error) {
    return {
      thrown: pack(encodeThrown(reasonOf(error, segments), (value) => canTravel(value, (segment) => segments.includes(segment)))).bytes,
    }
  } finally {
    if (!isSetup) account.add(kernel)
  }
}

/** A segment that was damaged meanwhile explains what the kernel threw, such as EFAULT. */
function reasonOf(error: unknown, segments: readonly Segment[]): unknown {
  try {
    checkDamage(segments)
    return error
  } catch (damage) {
    if (damage instanceof ShoalError && !(error instanceof ShoalError)) damage.cause = error
    return damage
  }
}
