import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { closeDescriptor, createSocketPair, endWithThread, sendDescriptor } from '@shoal/native'
import { ShoalError } from '../errors/index.js'
import { handOver, type Segment } from '../memory/index.js'
import {
  type Attachment,
  type FromProcess,
  type ProcessStart,
  signalsToAll,
  type TaskCall,
  type TaskResult,
  type ToProcess,
} from '../protocol/index.js'
import { inheritedArgv } from './inherited-argv.js'
import { startProblem } from './start-problem.js'
import type { Death, WorkerHandle, WorkerStartOptions } from './worker-handle.js'

const filename = fileURLToPath(import.meta.resolve('#internal/worker/main.js'))
/** Numbers of the descriptors in the child: after stdin, stdout, stderr and the IPC channel. */
const CONTROL_FD = 4
const DOORBELL_FD = 5
const ATTACHMENTS_FD = 6

/** A forked child process. It inherits stdout and stderr, the control segment, the doorbell and a socket that segments come over. */
export class ProcessWorker implements WorkerHandle {
  readonly ready: Promise<void>
  readonly died: Promise<Death>
  readonly #child: ChildProcess
  readonly #socketFd: number
  /** Who waits for it to leave its loop, in the order in which it was sent in. */
  readonly #left: (() => void)[] = []
  #ran: ((result: TaskResult) => void) | undefined
  #gone = false

  constructor(options: WorkerStartOptions) {
    const { rank, size, control, doorbellFd, cpus } = options
    const shared = handOver(control)
    const [ours, theirs] = createSocketPair()
    this.#socketFd = ours
    const start: ProcessStart = {
      rank,
      size,
      parentPid: process.pid,
      control: shared.data,
      controlFd: CONTROL_FD,
      doorbellFd: DOORBELL_FD,
      attachmentsFd: ATTACHMENTS_FD,
      cpus,
    }
    try {
      this.#child = fork(filename, [JSON.stringify(start)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', shared.fd, doorbellFd, theirs],
        serialization: 'advanced',
        execArgv: [...(options.execArgv ?? inheritedArgv(process.execArgv)), ...memoryFlags(options.resourceLimits)],
        env: { ...process.env, ...options.env },
      })
    } finally {
      closeDescriptor(theirs)
    }
    const child = this.#child
    // A pool that its thread does not close, as one that is terminated, leaves no process behind.
    const letLive = child.pid === undefined ? undefined : endWithThread(child.pid)
    this.died = new Promise((resolve) => {
      child.once('error', (cause) => resolve({ how: `could not be started: ${startProblem(cause)}`, cause }))
      child.once('exit', (code, signal) => {
        this.#gone = true
        letLive?.()
        closeDescriptor(ours)
        for (const resolve of this.#left.splice(0)) resolve()
        const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`
        const isTooEarly = signal !== null && signalsToAll.includes(signal)
        resolve(child.pid === undefined ? { how } : { how, pid: child.pid, isTooEarly })
      })
    })
    this.ready = new Promise((resolve, reject) => {
      // Kernels and what they import may send something too, be it null.
      child.on('message', (message: FromProcess | null) => {
        if (message?.type === 'left') this.#left.shift()?.()
        else if (message?.type === 'ran') this.#ran?.(message.result)
        else if (message?.type === 'ready') resolve()
      })
      void this.died.then(({ how, cause }) =>
        reject(new ShoalError('SHOAL_POOL_WORKER_FAILED', `Worker ${rank} (a process) ${how} before it was ready`, { cause, rank })),
      )
    })
    // While a region is pending the doorbell keeps the loop alive; an idle pool must not.
    void this.ready.then(() => this.#unref()).catch(() => {})
  }

  enter(): Promise<void> {
    return new Promise((resolve) => {
      this.#left.push(resolve)
      this.#tell({ type: 'enter' })
    })
  }

  run(call: TaskCall): Promise<TaskResult> {
    return new Promise((resolve) => {
      this.#ran = resolve
      this.#tell(call)
    })
  }

  send(attachment: Attachment, segment: Segment | undefined): boolean {
    // A worker that has ended, or is about to be found out to have: nobody will miss the message.
    if (this.#gone) return true
    const fd = segment === undefined ? -1 : handOver(segment).fd
    try {
      sendDescriptor(this.#socketFd, Buffer.from(JSON.stringify(attachment)), fd)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') return false
      if (code !== 'EPIPE' && code !== 'ECONNRESET' && code !== 'ENOTCONN') throw error
    }
    return true
  }

  ref(): void {
    this.#child.ref()
  }

  async kill(): Promise<void> {
    this.ref()
    this.#child.kill('SIGKILL')
    await this.died
  }

  /** Of a message that comes too late its end tells; without a callback that would be an error event, as if it had never been started. */
  #tell(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  #unref(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }
}

function memoryFlags(limits: WorkerStartOptions['resourceLimits']): string[] {
  const flags: string[] = []
  if (limits?.maxOldGenerationSizeMb !== undefined) flags.push(`--max-old-space-size=${Math.ceil(limits.maxOldGenerationSizeMb)}`)
  if (limits?.stackSizeMb !== undefined) flags.push(`--stack-size=${Math.floor(limits.stackSizeMb * 1024)}`)
  return flags
}
