import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { isPlainCall, isPrimitive, type PreparedCall, type TaskCall, type TaskResult } from '../protocol/index.js'
import { values } from './later.js'
import type { Member } from './member.js'
import { TaskAccount } from './task-account.js'

/**
 * Calls a kernel once, asynchronous ones too. Never throws: what the kernel throws is the result.
 *
 * @param fresh what of a result need not be packed to go to this worker's parent; undefined for what has to be
 */
export async function runTask(member: Member, task: TaskCall, fresh: (result: unknown) => unknown = () => undefined): Promise<TaskResult> {
  const account = new TaskAccount(member)
  const kernel = isPlainCall(task) ? task[0] : task.kernel
  const isSetup = !isPlainCall(task) && task.isSetup === true
  let segments: readonly Segment[] = []
  const take = (ids: readonly string[]) => {
    segments = member.attachments.take(ids)
    return segments
  }
  try {
    member.receive()
    const call = await member.kernels.load({ id: kernel })
    const result = await call(...(isPlainCall(task) ? task.slice(1) : argsOf(task, take)))
    if (segments.length > 0) values().checkDamage(segments)
    if (isSetup) {
      member.local = result
      return undefined
    }
    if (isPrimitive(result)) return result
    const bare = fresh(result)
    return bare === undefined ? { packed: values().pack(result).bytes } : { fresh: bare }
  } catch (error) {
    const { canTravel, encodeThrown, pack } = values()
    const mayTravel = (value: unknown) => canTravel(value, (segment) => segments.includes(segment))
    return { thrown: pack(encodeThrown(reasonOf(error, segments), mayTravel)).bytes }
  } finally {
    if (!isSetup) account.add(kernel)
  }
}

function argsOf({ args, segmentIds }: PreparedCall, take: (ids: readonly string[]) => readonly Segment[]): unknown[] {
  if (ArrayBuffer.isView(args)) return values().unpack(args, take) as unknown[]
  return (segmentIds === undefined ? args : values().raise(args, take(segmentIds))) as unknown[]
}

/** A segment that was damaged meanwhile explains what the kernel threw, such as EFAULT. */
function reasonOf(error: unknown, segments: readonly Segment[]): unknown {
  try {
    values().checkDamage(segments)
    return error
  } catch (damage) {
    if (damage instanceof ShoalError && !(error instanceof ShoalError)) damage.cause = error
    return damage
  }
}
