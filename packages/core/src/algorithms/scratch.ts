import { allocate, segmentOf, type TypedArray } from '../memory/index.js'
import { after, type Pool } from '../pool/index.js'
import { now } from '../sync/index.js'

type Bytes = Uint8Array<SharedArrayBuffer>

/** How long memory that nobody uses is kept for the next algorithm: touching new memory takes as long as sorting it. */
const KEPT_MS = 500
const stores = new WeakMap<Pool, ScratchStore>()

/** Memory that algorithms on one pool need while they run. It is given back half a second after the last one. */
class ScratchStore {
  readonly #free: Bytes[] = []
  #users = 0
  #leftAt = 0
  #timer: NodeJS.Timeout | undefined

  enter(): void {
    this.#users++
  }

  /** The smallest that is large enough, and not wasteful. */
  take(byteLength: number): Bytes {
    let best = -1
    for (const [i, bytes] of this.#free.entries()) {
      const fits = bytes.length >= byteLength && bytes.length <= 2 * byteLength + 65_536
      if (fits && (best < 0 || bytes.length < this.#free[best]!.length)) best = i
    }
    return best < 0 ? allocate(Uint8Array, byteLength) : this.#free.splice(best, 1)[0]!
  }

  giveBack(bytes: Bytes): void {
    this.#free.push(bytes)
  }

  leave(): void {
    this.#users--
    this.#leftAt = now()
    // Not a new one for every call: it looks at the clock when it goes off.
    this.#timer ??= after(KEPT_MS, this.#drop)
  }

  readonly #drop = (): void => {
    this.#timer = undefined
    const left = this.#users > 0 ? KEPT_MS : KEPT_MS - (now() - this.#leftAt)
    if (left > 0) {
      this.#timer = after(left, this.#drop)
      return
    }
    for (const bytes of this.#free.splice(0)) {
      try {
        segmentOf(bytes)?.free()
      } catch {
        // A region that was ended has not come to its end yet: the memory goes with the garbage.
      }
    }
  }
}

/** What one call takes from its pool's store. */
export class Scratch {
  readonly #pool: Pool
  #store: ScratchStore | undefined
  readonly #taken: Bytes[] = []

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Its content is arbitrary. */
  make<V extends TypedArray>(like: V, length: number): V {
    this.#store ??= this.#enter()
    const bytes = this.#store.take(length * like.BYTES_PER_ELEMENT)
    this.#taken.push(bytes)
    const type = like.constructor as unknown as new (buffer: SharedArrayBuffer, byteOffset: number, length: number) => V
    return new type(bytes.buffer, 0, length)
  }

  /** `failed`: a worker may still be writing into the memory, so nobody else gets it. */
  release(failed: boolean): void {
    if (this.#store === undefined) return
    if (!failed) for (const bytes of this.#taken) this.#store.giveBack(bytes)
    this.#store.leave()
  }

  #enter(): ScratchStore {
    const store = stores.get(this.#pool) ?? new ScratchStore()
    stores.set(this.#pool, store)
    store.enter()
    return store
  }
}
