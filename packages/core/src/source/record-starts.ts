const WINDOW = 64 * 1024

/** Finds where the records of one file begin: at 0 and after each delimiter that a reader from the beginning would stop at. */
export class RecordStarts {
  readonly #file: DataView<SharedArrayBuffer>
  readonly #length: number
  readonly #delimiter: Uint8Array
  readonly #canOverlap: boolean
  /** The last answer: no record begins in `[#from, #start)`. Neighbouring chunks ask twice, and those inside of a huge record all the same. */
  #from = 0
  #start = 0

  constructor(file: DataView<SharedArrayBuffer>, delimiter: Uint8Array) {
    this.#file = file
    this.#length = file.byteLength
    this.#delimiter = delimiter
    this.#canOverlap = overlapsItself(delimiter)
  }

  /** The first record start at or after `from`; the file's length counts as one. */
  atOrAfter(from: number): number {
    if (from < this.#from || from > this.#start) {
      this.#start = this.#search(from)
      this.#from = from
    }
    return this.#start
  }

  #search(from: number): number {
    if (from === 0 || from >= this.#length) return Math.min(from, this.#length)
    const size = this.#delimiter.length
    for (let at = this.#certainPlace(Math.max(0, from - size)); ; ) {
      const found = this.#find(at)
      if (found === -1) return this.#length
      at = found + size
      if (at >= from) return at
    }
  }

  /**
   * At or before `at`, a place that no delimiter reaches across: what follows can be read from there. Back through a run of delimiters that
   * overlap, such as "\n\n" in "\n\n\n\n", to its beginning, or to where the last answer was: a long run is not walked through for each cut.
   */
  #certainPlace(at: number): number {
    if (!this.#canOverlap) return at
    const size = this.#delimiter.length
    const known = this.#start <= at ? this.#start : 0
    for (let place = at; ; ) {
      if (place <= known) return known
      const reach = Math.max(0, place - size + 1)
      const found = this.#bytes(reach, place + size - 1 - reach).indexOf(this.#delimiter)
      if (found === -1) return place
      place = reach + found
    }
  }

  #find(from: number): number {
    for (let at = from; at < this.#length; at += WINDOW) {
      const found = this.#bytes(at, WINDOW + this.#delimiter.length - 1).indexOf(this.#delimiter)
      if (found !== -1) return at + found
    }
    return -1
  }

  #bytes(at: number, byteLength: number): Buffer {
    const { buffer, byteOffset } = this.#file
    return Buffer.from(buffer as unknown as ArrayBuffer, byteOffset + at, Math.min(byteLength, this.#length - at))
  }
}

function overlapsItself(delimiter: Uint8Array): boolean {
  const bytes = Buffer.from(delimiter)
  for (let shift = 1; shift < bytes.length; shift++) {
    if (bytes.subarray(shift).equals(bytes.subarray(0, bytes.length - shift))) return true
  }
  return false
}
