import { types } from 'node:util'
import { encodeThrown, encodeValue, pack, raise, type TaskCall, type TaskResult, unpack } from '../protocol/index.js'
import { TaskAccount } from './account.js'
import type { Member } from './member.js'

/** Calls a kernel once, asynchronous ones too. Never throws: what the kernel throws is the result. */
export async function runTask(member: Member, { kernel, args, isSetup = false }: TaskCall): Promise<TaskResult> {
  const account = new TaskAccount(member)
  try {
    member.receive()
    const call = await member.kernels.load(kernel)
    const values =
      'packed' in args
        ? unpack(args.packed, (ids) => member.attachments.take(ids))
        : raise(args.cloned, member.attachments.take(args.segmentIds))
    const result = await call(...(values as unknown[]))
    if (isSetup) {
      member.local = result
      return { packed: pack(undefined).bytes }
    }
    return isFresh(result) ? { fresh: result } : { packed: pack(result).bytes }
  } catch (error) {
    return { thrown: pack(encodeThrown(error, canClone)).bytes }
  } finally {
    if (!isSetup) account.add(kernel.id)
  }
}

/** A buffer of its own, or a view over all of one: nobody else can be looking at it, so it need not be copied. */
function isFresh(value: unknown): boolean {
  if (types.isArrayBuffer(value)) return true
  return (
    ArrayBuffer.isView(value) &&
    types.isArrayBuffer(value.buffer) &&
    value.byteLength === value.buffer.byteLength &&
    !Buffer.isBuffer(value)
  )
}

function canClone(value: unknown): boolean {
  try {
    encodeValue(value)
    return true
  } catch {
    return false
  }
}
