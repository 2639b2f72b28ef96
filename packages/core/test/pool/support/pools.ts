import { type Backend, createPool, type Pool, type PoolOptions } from '@shoal/core'

/** The pools of one suite: made when first asked for, by the number of workers, and ended together. */
export class Pools {
  readonly backend: Backend
  readonly #options: PoolOptions
  readonly #pools = new Map<number, Promise<Pool>>()

  constructor(backend: Backend, options: PoolOptions = {}) {
    this.backend = backend
    this.#options = options
  }

  of(workers: number): Promise<Pool> {
    let pool = this.#pools.get(workers)
    if (pool === undefined) {
      pool = createPool({ ...this.#options, workers, backend: this.backend })
      this.#pools.set(workers, pool)
    }
    return pool
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(async (pool) => (await pool).close()))
  }
}
