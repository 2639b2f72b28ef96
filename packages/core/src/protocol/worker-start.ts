import type { MessagePort } from 'node:worker_threads'
import type { HandOver } from '../memory/index.js'
import type { TaskCall, TaskResult } from './task.js'

/** What a thread gets with its tasks: the first one starts it, the others send it into the member loop. */
export type ThreadTask =
  | {
      readonly type: 'start'
      readonly rank: number
      readonly size: number
      readonly control: SharedArrayBuffer
      readonly doorbellFd: number
      readonly port: MessagePort
      readonly cpus: readonly number[] | undefined
    }
  | { readonly type: 'enter' }
  | TaskCall

/** What a process gets on its command line; the descriptors have these numbers in the child. */
export interface ProcessStart {
  readonly rank: number
  readonly size: number
  readonly parentPid: number
  readonly control: HandOver
  readonly controlFd: number
  readonly doorbellFd: number
  readonly attachmentsFd: number
  readonly cpus: readonly number[] | undefined
}

export type ToProcess = { readonly type: 'enter' } | TaskCall
export type FromProcess = { readonly type: 'ready' } | { readonly type: 'left' } | { readonly type: 'ran'; readonly result: TaskResult }

/** Ctrl-C, who stops a service and a terminal that is closed send these to all processes: the parent decides what becomes of its workers. */
export const signalsToAll: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
