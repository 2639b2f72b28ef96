import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SharedMemory } from './shared-words.js'

export type Backend = 'threads' | 'processes'
export const backends: readonly Backend[] = ['threads', 'processes']

/** What a member is told: which function of `fixtures/roles.ts` to run, with what. */
export interface MemberOrder {
  readonly role: string
  readonly args: readonly unknown[]
}

/** A thread or a forked process that runs one role and reports values. */
export interface Member {
  readonly pid: number
  /** The next value that the role reports or returns. */
  next(): Promise<unknown>
  /** Ends it from outside: `terminate()` or SIGKILL. */
  kill(): Promise<void>
  readonly ended: Promise<void>
}

const entry = new URL('./member-entry.js', import.meta.url)

export function startMember(backend: Backend, memory: SharedMemory, role: string, ...args: unknown[]): Member {
  const order: MemberOrder = { role, args }
  return backend === 'threads' ? startThread(memory, order) : startProcess(memory, order)
}

function startThread(memory: SharedMemory, order: MemberOrder): Member {
  const worker = new Worker(entry, { workerData: { order, buffer: memory.words.buffer } })
  const values = new Values()
  worker.on('message', (value) => values.push(value))
  worker.on('error', (error) => values.fail(error))
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve(values.end())))
  const kill = async () => {
    await worker.terminate()
  }
  return { pid: process.pid, next: () => values.next(), kill, ended }
}

/** A child with the memory as descriptor 4 and, if given, one more as descriptor 5. */
export function startProcess(memory: SharedMemory, order: MemberOrder, extraFd?: number): Member & { readonly child: ChildProcess } {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc', memory.fd, ...(extraFd === undefined ? [] : [extraFd])] as const
  const child = fork(entry, [JSON.stringify(order)], { stdio: [...stdio] })
  const values = new Values()
  child.on('message', (value) => values.push(value))
  const ended = once(child, 'exit').then(() => values.end())
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  return { pid: child.pid ?? 0, next: () => values.next(), kill, ended, child }
}

class Values {
  readonly #queue: Promise<unknown>[] = []
  readonly #takers: ((value: Promise<unknown>) => void)[] = []
  #ended = false

  push(value: unknown): void {
    this.#put(Promise.resolve(value))
  }

  fail(error: Error): void {
    this.#put(Promise.reject(error))
  }

  end(): void {
    this.#ended = true
    for (const take of this.#takers.splice(0)) take(Promise.reject(new Error('the member ended without a further value')))
  }

  async next(): Promise<unknown> {
    const queued = this.#queue.shift()
    if (queued !== undefined) return queued
    if (this.#ended) throw new Error('the member has ended')
    return new Promise((resolve) => this.#takers.push(resolve))
  }

  #put(value: Promise<unknown>): void {
    value.catch(() => {})
    const take = this.#takers.shift()
    if (take) take(value)
    else this.#queue.push(value)
  }
}
