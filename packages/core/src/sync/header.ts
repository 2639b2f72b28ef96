import { ShoalError } from '../errors/index.js'
import { checkPlace, type SharedWords } from './place.js'

const version = 1

/** A synchronisation object's first word: three letters and the version of its layout. Never 0. */
export type Magic = number & { readonly __magic: true }

export function magicOf(letters: string): Magic {
  return ((letters.charCodeAt(0) << 24) | (letters.charCodeAt(1) << 16) | (letters.charCodeAt(2) << 8) | version) as Magic
}

/** Room for the header: magic, and one word that is kept for later versions. */
export const headerWords = 2

/** Stored last: whoever reads the magic (acquire) sees the whole object (release). */
export function publish(view: SharedWords, index: number, magic: Magic): void {
  Atomics.store(view, index, magic)
}

/** @throws ShoalError `SHOAL_SYNC_UNKNOWN` when something else lies at `view[index]`. */
export function checkHeader(view: SharedWords, index: number, magic: Magic, name: string, byteLength: number): void {
  checkPlace(view, index, byteLength)
  const found = Atomics.load(view, index)
  if (found !== magic) {
    throw new ShoalError(
      'SHOAL_SYNC_UNKNOWN',
      `Expected a ${name} of version ${version} at index ${index} but found ${describe(found)}: create it first, with the same version`,
    )
  }
}

function describe(word: number): string {
  if (word === 0) return 'zeros'
  const letters = String.fromCharCode((word >>> 24) & 0xff, (word >>> 16) & 0xff, (word >>> 8) & 0xff)
  return /^[A-Z]{3}$/.test(letters) ? `'${letters}' of version ${word & 0xff}` : `0x${(word >>> 0).toString(16)}`
}
