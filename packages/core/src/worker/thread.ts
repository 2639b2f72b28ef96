import { createRequire } from 'node:module'
import { types } from 'node:util'
import { Control, isPrimitive, markWorker, type TaskResult, type ThreadTask } from '../protocol/index.js'
import { ThreadAttachments } from './attachments.js'
import { values } from './later.js'
import { Member } from './member.js'
import { quietImports } from './quiet-imports.js'
import { runThreadOn } from './run-on.js'
import { runTask } from './run-task.js'
import { writeSynchronously } from './stdio.js'

const require = createRequire(import.meta.url)
let member: Member | undefined

/** The task function that piscina calls in a worker thread. */
export async function thread(task: ThreadTask): Promise<unknown> {
  if (!('type' in task)) return movable(await runTask(member!, task, fresh))
  if (task.type === 'start') {
    writeSynchronously()
    quietImports()
    markWorker()
    runThreadOn(task.cpus)
    member = new Member({
      rank: task.rank,
      control: new Control(task.control, task.size),
      doorbellFd: task.doorbellFd,
      attachments: new ThreadAttachments(task.port),
    })
    member.start()
    return undefined
  }
  return member!.loop()
}

/** Below this, copying the bytes of a result takes no longer than handing them over. */
const MOVED_BYTES = 64 * 1024

/**
 * A buffer, or a view over all of one, goes by structured clone. The kernel may have kept it for its next call, so that of a large one a copy
 * changes hands. What is empty may be detached, which the packing tells.
 */
function fresh(result: unknown): unknown {
  const buffer = ArrayBuffer.isView(result) ? result.buffer : result
  if (!types.isArrayBuffer(buffer) || buffer.byteLength === 0 || (buffer as ArrayBuffer).resizable) return undefined
  if (!ArrayBuffer.isView(result)) return buffer.byteLength < MOVED_BYTES ? buffer : values().copyOf(new Uint8Array(buffer)).buffer
  if (result.byteLength !== buffer.byteLength || Buffer.isBuffer(result)) return undefined
  return buffer.byteLength < MOVED_BYTES ? result : values().copyOf(result)
}

/** Large buffers of what is sent, which nobody here holds, change hands instead of being copied once more. */
function movable(result: TaskResult): unknown {
  if (isPrimitive(result)) return result
  const view = 'packed' in result ? result.packed : 'fresh' in result ? result.fresh : result.thrown
  const buffer = (ArrayBuffer.isView(view) ? view.buffer : view) as ArrayBuffer
  if (buffer.byteLength < MOVED_BYTES) return result
  // Loaded when it is needed: all of piscina would make every worker start later. And not by `import`: see `ThreadWorker`.
  const { Piscina } = require('#internal/piscina/main.js') as typeof import('piscina')
  return Piscina.move({ [Piscina.transferableSymbol]: [buffer], [Piscina.valueSymbol]: result } as never)
}
