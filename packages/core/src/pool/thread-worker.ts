import { createRequire } from 'node:module'
import { isMainThread, MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { ShoalError } from '../errors/index.js'
import type { Segment } from '../memory/index.js'
import { type Attachment, isPoolWorker, type TaskCall, type TaskResult, type ThreadTask } from '../protocol/index.js'
import { startProblem } from './start-problem.js'
import type { Death, WorkerHandle, WorkerStartOptions } from './worker-handle.js'

// A program loads it with the library: what createPool() would still have to load, its workers would wait for. Threads and workers that import
// this library hardly ever make a pool: they load it with their first.
const require = createRequire(import.meta.url)
const piscina = (): typeof import('piscina') => require('#internal/piscina/main.js')
if (isMainThread && !isPoolWorker()) piscina()

const filename = import.meta.resolve('#internal/worker/start.js')

interface Port {
  unref(): unknown
}

/**
 * A worker thread: one piscina of one thread, so that a rank is always the same thread and never queues behind another's task. It starts its
 * thread for the first task, and as its minimum is none, it never puts another in the place of one that has ended: such a thread would be ended
 * at once, while it is starting, and Node 20 may lose that and keep the thread for ever.
 */
export class ThreadWorker implements WorkerHandle {
  readonly ready: Promise<void>
  readonly died: Promise<Death>
  readonly #piscina: Piscina
  readonly #thread: Worker
  readonly #port: MessagePort
  /** What piscina sends tasks by. It would keep the event loop alive as long as one runs, and that is for the pool to say: see `Pool.unref`. */
  #tasks: Partial<Port> | undefined
  #die!: (death: Death) => void
  readonly #exited: Promise<void>
  #isLoading = true
  #ended: Promise<void> | undefined

  constructor(options: WorkerStartOptions) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.unref()
    this.died = new Promise((resolve) => {
      this.#die = resolve
    })
    const { Piscina } = piscina()
    this.#piscina = new Piscina({
      filename,
      name: 'thread',
      minThreads: 0,
      maxThreads: 1,
      // The thread may be sent into its loop when it has left that and piscina has not heard of it yet.
      concurrentTasksPerWorker: 2,
      idleTimeout: Number.POSITIVE_INFINITY,
      recordTiming: false,
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
      ...(options.execArgv && { execArgv: [...options.execArgv] }),
      ...(options.env && { env: { ...process.env, ...options.env } }),
    })
    this.#piscina.on('workerCreate', (worker: Record<symbol, Partial<Port>>) => {
      for (const symbol of Object.getOwnPropertySymbols(worker)) this.#tasks = worker[symbol]
    })
    // Errors outside a task, and answers that cross a destroy(). What has come of the thread is told by its exit.
    this.#piscina.on('error', () => {})
    const { rank, size, control, doorbellFd, cpus } = options
    const start = this.#run({ type: 'start', rank, size, control: control.buffer, doorbellFd, port: port2, cpus }, [port2])
    this.#thread = this.#piscina.threads[0] as Worker
    let cause: unknown
    // Comes before the exit, and says why: out of memory, an exception outside any kernel. Piscina would start a thread for a task that came
    // between.
    this.#thread.once('error', (error) => {
      cause = error
      void this.#end()
    })
    this.#exited = new Promise((resolve) => {
      this.#thread.once('exit', (code) => {
        this.#die({ how: howItEnded(cause, `with exit code ${code}`), cause })
        resolve()
        void this.#end()
      })
    })
    const started = start.then(
      () => undefined,
      (rejection): Death => ({ how: howItEnded(cause ?? rejection, 'early'), cause: cause ?? rejection }),
    )
    // A thread that ends before piscina has seen it start leaves its task in the queue.
    this.ready = Promise.race([this.died, started]).then((death) => {
      this.#isLoading = false
      if (death === undefined) return
      throw new ShoalError('SHOAL_POOL_WORKER_FAILED', `Worker ${rank} (a thread) ${death.how} before it was ready`, {
        cause: death.cause,
        rank,
      })
    })
  }

  async enter(): Promise<void> {
    await this.#runOrDie({ type: 'enter' })
  }

  run(call: TaskCall, transfer: readonly ArrayBuffer[]): Promise<TaskResult> {
    return this.#runOrDie(call, transfer) as Promise<TaskResult>
  }

  send(attachment: Attachment, segment: Segment | undefined): boolean {
    this.#port.postMessage({ attachment, buffer: segment?.buffer })
    return true
  }

  ref(): void {
    this.#thread.ref()
  }

  async kill(): Promise<void> {
    // Not while it is loading its modules: Node 20 aborts the process when a thread is ended then. Else at once: the parent of a synchronous
    // call does not get to its event loop.
    if (this.#isLoading) await this.ready.catch(() => {})
    await this.#end()
    this.#port.close()
    this.#die({ how: 'was terminated' })
  }

  /** The worker's side never throws: a rejection is the end of the thread, unless it has never seen the task. */
  async #runOrDie(task: ThreadTask, transferList?: readonly ArrayBuffer[]): Promise<unknown> {
    try {
      return await this.#run(task, transferList)
    } catch (cause) {
      if (isRefused(cause)) {
        throw new ShoalError('SHOAL_VALUE_UNCLONEABLE', `Expected arguments that can be sent to a thread, but: ${cause.message}`, { cause })
      }
      // The rejection comes before the thread has ended; its life mutex is free only then.
      await this.#end()
      this.#die({ how: howItEnded(cause, 'early'), cause })
      return 'type' in task ? undefined : new Promise(() => {})
    }
  }

  /** A thread that piscina has given up because of an error, it does not wait for. */
  #end(): Promise<void> {
    this.#ended ??= Promise.all([this.#piscina.destroy(), this.#exited]).then(() => {})
    return this.#ended
  }

  #run(task: ThreadTask, transferList: readonly (MessagePort | ArrayBuffer)[] = []): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(new Error('Expected a living thread, but it has ended'))
    const result = this.#piscina.run(task, { transferList: [...transferList] })
    this.#tasks?.unref?.()
    return result
  }
}

function howItEnded(cause: unknown, otherwise: string): string {
  return cause instanceof Error ? `ended: ${startProblem(cause)}` : `ended ${otherwise}`
}

/** What `postMessage` throws at values that it can not clone, such as those that there is no memory for. */
function isRefused(cause: unknown): cause is Error {
  return (Object(cause) as Error).name === 'DataCloneError'
}
