export const maxStations = 10_000

// One station more than allowed, so that the result knows the line that broke the limit.
const capacity = maxStations + 1
const wordsPerName = 26

// Under a third full at most. A slot holds a station's number plus one; zero marks a free slot.
const slotBits = 15
const slotMask = (1 << slotBits) - 1

/**
 * Statistics by station in columns, the partial result of a chunk. Stations are numbered in the order in which the file brings them;
 * temperatures are tenths of a degree.
 */
export interface Stations {
  readonly count: number
  /** The names in UTF-8, one after the other, each padded by 1 to 4 zero bytes to whole words. */
  readonly words: Int32Array
  readonly firstWord: Int32Array
  readonly nameBytes: Uint8Array
  readonly hash: Int32Array
  /** Byte offset of the line that brought the station. */
  readonly firstLine: Float64Array
  readonly min: Int16Array
  readonly max: Int16Array
  readonly sum: Float64Array
  readonly rows: Float64Array
}

/** Mixes the next word of a name into its hash. */
export function mix(hash: number, word: number): number {
  return Math.imul(((hash << 5) | (hash >>> 27)) ^ word, 0x9e3779b1)
}

/** The slot where the search for a hash begins: the upper bits are the well mixed ones. */
export function homeSlot(hash: number): number {
  return hash >>> (32 - slotBits)
}

export function nextSlot(slot: number): number {
  return (slot + 1) & slotMask
}

/**
 * An open-addressing hash table of stations. It is made once a worker and used again for every chunk.
 * Beyond its capacity, all new stations share one last row that is never read.
 */
export class StationTable implements Stations {
  readonly words = new Int32Array((capacity + 1) * wordsPerName)
  readonly firstWord = new Int32Array(capacity + 1)
  readonly nameBytes = new Uint8Array(capacity + 1)
  readonly hash = new Int32Array(capacity + 1)
  readonly firstLine = new Float64Array(capacity + 1)
  readonly min = new Int16Array(capacity + 1)
  readonly max = new Int16Array(capacity + 1)
  readonly sum = new Float64Array(capacity + 1)
  readonly rows = new Float64Array(capacity + 1)
  readonly slots = new Int32Array(1 << slotBits)
  #count = 0
  #wordCount = 0

  get count(): number {
    return this.#count
  }

  clear(): void {
    this.slots.fill(0)
    this.#count = 0
    this.#wordCount = 0
  }

  /**
   * Adds a station that is not in the table; `slot` is the free slot where the search ended. Returns its number, for the caller to write
   * the name's words from `firstWord` of it.
   */
  insert(nameBytes: number, hash: number, slot: number, line: number): number {
    if (this.#count === capacity) {
      this.firstWord[capacity] = this.#wordCount
      return capacity
    }
    const station = this.#count++
    this.slots[slot] = station + 1
    this.firstWord[station] = this.#wordCount
    this.#wordCount += (nameBytes >>> 2) + 1
    this.nameBytes[station] = nameBytes
    this.hash[station] = hash
    this.firstLine[station] = line
    this.min[station] = 0x7fff
    this.max[station] = -0x8000
    this.sum[station] = 0
    this.rows[station] = 0
    return station
  }

  /** Makes the table equal to a snapshot. */
  load(stations: Stations): void {
    this.clear()
    this.#count = stations.count
    this.#wordCount = stations.words.length
    this.words.set(stations.words)
    this.firstWord.set(stations.firstWord)
    this.nameBytes.set(stations.nameBytes)
    this.hash.set(stations.hash)
    this.firstLine.set(stations.firstLine)
    this.min.set(stations.min)
    this.max.set(stations.max)
    this.sum.set(stations.sum)
    this.rows.set(stations.rows)
    for (let station = 0; station < stations.count; station++) {
      let slot = homeSlot(this.hash[station]!)
      while (this.slots[slot] !== 0) slot = nextSlot(slot)
      this.slots[slot] = station + 1
    }
  }

  /** Adds what a later part of the file says. */
  merge(later: Stations): void {
    for (let from = 0; from < later.count; from++) {
      const to = this.#findOrInsert(later, from)
      this.min[to] = Math.min(this.min[to]!, later.min[from]!)
      this.max[to] = Math.max(this.max[to]!, later.max[from]!)
      this.sum[to]! += later.sum[from]!
      this.rows[to]! += later.rows[from]!
    }
  }

  /** A copy of the rows in use. */
  snapshot(): Stations {
    const { count, words, firstWord, nameBytes, hash, firstLine, min, max, sum, rows } = this
    return {
      count,
      words: words.slice(0, this.#wordCount),
      firstWord: firstWord.slice(0, count),
      nameBytes: nameBytes.slice(0, count),
      hash: hash.slice(0, count),
      firstLine: firstLine.slice(0, count),
      min: min.slice(0, count),
      max: max.slice(0, count),
      sum: sum.slice(0, count),
      rows: rows.slice(0, count),
    }
  }

  #findOrInsert(other: Stations, station: number): number {
    const hash = other.hash[station]!
    let slot = homeSlot(hash)
    for (; this.slots[slot] !== 0; slot = nextSlot(slot)) {
      const candidate = this.slots[slot]! - 1
      if (this.hash[candidate] === hash && sameName(this, candidate, other, station)) return candidate
    }
    const length = other.nameBytes[station]!
    const inserted = this.insert(length, hash, slot, other.firstLine[station]!)
    const to = this.firstWord[inserted]!
    const from = other.firstWord[station]!
    for (let word = 0; word <= length >>> 2; word++) this.words[to + word] = other.words[from + word]!
    return inserted
  }
}

/** The name of a station in UTF-8. */
export function nameOf(stations: Stations, station: number): Uint8Array {
  const { words, firstWord, nameBytes } = stations
  return new Uint8Array(words.buffer, words.byteOffset + firstWord[station]! * 4, nameBytes[station]!)
}

export function totalRows({ count, rows }: Stations): number {
  let total = 0
  for (let station = 0; station < count; station++) total += rows[station]!
  return total
}

const merger = new StationTable()

/** The statistics of two neighbouring parts of the file. */
export function mergeStations(earlier: Stations, later: Stations): Stations {
  merger.load(earlier)
  merger.merge(later)
  return merger.snapshot()
}

function sameName(a: Stations, i: number, b: Stations, j: number): boolean {
  const bytes = a.nameBytes[i]!
  if (bytes !== b.nameBytes[j]) return false
  const from = a.firstWord[i]!
  const other = b.firstWord[j]!
  for (let word = 0; word <= bytes >>> 2; word++) {
    if (a.words[from + word] !== b.words[other + word]) return false
  }
  return true
}
