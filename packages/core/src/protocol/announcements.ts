import { AsyncLocalStorage } from 'node:async_hooks'
import { ShoalError } from '../errors/index.js'

/**
 * A job file may run its job at its top level, and workers import that file for the job's kernels. There its evaluation stops where it would
 * start a pool: so that the kernels are found all the same, `defineJob` announces the job before.
 */
interface Loading {
  readonly url: string
  hasAnnounced: boolean
}

const loading = new AsyncLocalStorage<Loading>()
const announced = new Map<string, unknown>()
const waiting = new Map<string, (value: unknown) => void>()
let isWorker = false

/** For the entry points of workers. */
export function markWorker(): void {
  isWorker = true
}

/** Whether this is a worker of a pool, thread or process, where no pools are started. */
export function isPoolWorker(): boolean {
  return isWorker
}

/** In workers: `value` can be had from the module that is being loaded, and from that of `url`, from here on. */
export function announce(name: string, url: string | undefined, value: unknown): void {
  if (!isWorker) return
  const store = loading.getStore()
  if (store !== undefined) store.hasAnnounced = true
  for (const from of new Set([store?.url, url])) {
    if (from === undefined) continue
    announced.set(`${name} ${from}`, value)
    waiting.get(`${name} ${from}`)?.(value)
  }
}

/** What a module announces under this name, if it does so before it is evaluated to its end; else the module's namespace. */
export async function importAnnounced(url: string, name: string): Promise<{ announced: unknown } | { namespace: Record<string, unknown> }> {
  const key = `${name} ${url}`
  if (announced.has(key)) return { announced: announced.get(key) }
  const announcement = new Promise((resolve) => waiting.set(key, resolve)).then((value) => ({ announced: value }))
  const namespace = loading.run({ url, hasAnnounced: false }, () => import(url)) as Promise<Record<string, unknown>>
  try {
    return await Promise.race([
      announcement,
      namespace.then((found) => (announced.has(key) ? { announced: announced.get(key) } : { namespace: found })),
    ])
  } finally {
    waiting.delete(key)
  }
}

/**
 * For what would start a pool. In a worker that is loading a module for a job in it: a promise that never settles, so that the module's
 * evaluation ends here. Undefined where there may be pools.
 * @throws ShoalError `SHOAL_POOL_NESTED` in workers otherwise
 */
export function stopNested(what: string): Promise<never> | undefined {
  if (!isWorker) return undefined
  if (loading.getStore()?.hasAnnounced === true) return new Promise(() => {})
  throw new ShoalError(
    'SHOAL_POOL_NESTED',
    `Expected ${what} in the program, not in a worker: kernels, and the modules that workers import for them, start no pools. Move it to another module`,
  )
}
