import { closeSync, fchmodSync, fstatSync, openSync, readSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs'
import { checkOptions, expectedRange, expectedType } from '../errors/index.js'
import { typeNameOf } from '../kernels/index.js'
import {
  type Access,
  checkPath,
  requireMappable,
  Segment,
  type SharedView,
  statPath,
  type TypedArray,
  type ViewConstructor,
} from '../memory/index.js'
import { checkView, type Readable } from './check-view.js'

/** A `.npy` file that `openNpy` has mapped. */
export interface NpyFile {
  readonly view: SharedView
  readonly shape: readonly number[]
  /** Whether the first index runs fastest. */
  readonly fortranOrder: boolean
  /** The mapping that `view` lies in: `close()` lets go of it. */
  readonly segment: Segment
}

/** numpy's names of little-endian element types. */
const typesByName: Readonly<Record<string, string>> = {
  '|i1': 'Int8Array',
  '|u1': 'Uint8Array',
  '<i2': 'Int16Array',
  '<u2': 'Uint16Array',
  '<i4': 'Int32Array',
  '<u4': 'Uint32Array',
  '<f2': 'Float16Array',
  '<f4': 'Float32Array',
  '<f8': 'Float64Array',
  '<i8': 'BigInt64Array',
  '<u8': 'BigUint64Array',
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1')
/** Headers of version 1 end below this; those of version 2 are for records of many fields. */
const MOST_HEADER = 65_536 + 10

/**
 * Maps the elements of a `.npy` file: nothing is copied.
 *
 * @throws TypeError for a file of another format, or of elements that no typed array has; RangeError for one that was cut off
 * @throws ShoalError `SHOAL_SEGMENT_NOT_A_FILE` for a pipe, a device or a folder; an error of Node's shape where a file can not be opened
 * @example const { view, shape } = openNpy('samples.npy')
 */
export function openNpy(path: string, options: { access?: Access } = {}): NpyFile {
  checkPath(path)
  checkOptions(options)
  const { access = 'readonly' } = options
  const { byteOffset, byteLength, header } = readHeader(path)
  const [, descr] = /'descr':\s*'([^']*)'/.exec(header) ?? []
  const [, dimensions] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? []
  const type = (globalThis as unknown as Record<string, ViewConstructor | undefined>)[typesByName[descr ?? ''] ?? '']
  const shape = dimensions
    ?.split(',')
    .filter((text) => text.trim() !== '')
    .map(Number)
  if (type === undefined || shape === undefined || !shape.every(isSide)) {
    throw expectedType('path', 'a .npy file of little-endian numbers that a typed array has', header.trim())
  }
  const length = elementsOf(shape)
  const room = Math.floor((byteLength - byteOffset) / type.BYTES_PER_ELEMENT)
  if (length > room) throw expectedRange('path', `a .npy file of the ${length} elements that its shape has`, `one of ${room}`)
  const segment = Segment.open({ kind: 'file', path, access })
  const view = segment.view(type, byteOffset, length) as SharedView
  return { view, shape, fortranOrder: /'fortran_order':\s*True/.test(header), segment }
}

function readHeader(path: string): { byteOffset: number; byteLength: number; header: string } {
  requireMappable(path)
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(MOST_HEADER)
    const read = readSync(fd, bytes, 0, MOST_HEADER, 0)
    if (read < 12 || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw expectedType('path', 'a .npy file', path)
    // Version 1 has a length of 16 bits, the later ones of 32.
    const start = bytes[6] === 1 ? 10 : 12
    const byteOffset = start + (bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8))
    if (byteOffset > read) throw expectedType('path', `a .npy file with a header of at most ${MOST_HEADER} bytes`, path)
    return { byteOffset, byteLength: fstatSync(fd).size, header: bytes.toString('latin1', start, byteOffset) }
  } finally {
    closeSync(fd)
  }
}

/**
 * Writes the elements as a `.npy` file that numpy loads or maps. An existing file is replaced when all is written: its mode stays, and
 * whoever has mapped it, which `xs` may, keeps what it was. Blocks until it is written.
 *
 * @param options.shape row by row; default one dimension
 * @throws RangeError for a shape of another number of elements
 * @example writeNpy('product.npy', product, { shape: [rows, columns] })
 */
export function writeNpy(path: string, xs: Readable, options: { shape?: readonly number[] } = {}): void {
  checkPath(path)
  const view = checkView('xs', xs)
  checkOptions(options)
  const { shape = [view.length] } = options
  if (!Array.isArray(shape)) throw expectedType('shape', 'an array of integers', shape)
  if (!shape.every(isSide) || elementsOf(shape) !== view.length) {
    throw expectedRange('shape', `sides whose product is ${view.length}, the length of xs,`, shape)
  }
  replace(path, (fd) => {
    writeAll(fd, headerOf(view, shape))
    writeAll(fd, view)
  })
}

/** In a file beside it, which then takes its place; what is no file, a pipe for one, is written to. */
function replace(path: string, write: (fd: number) => void): void {
  const existing = statPath(path)
  if (existing?.isFile() !== true) {
    writeTo(path, 'w', undefined, write)
    return
  }
  const target = realpathSync(path)
  const part = `${target}.${crypto.randomUUID()}.part`
  try {
    writeTo(part, 'wx', Number(existing.mode) & 0o777, write)
    renameSync(part, target)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

function writeTo(path: string, flags: 'w' | 'wx', mode: number | undefined, write: (fd: number) => void): void {
  const fd = openSync(path, flags)
  try {
    // Not when it is opened: who may read a new file is for the umask to say, but this one takes the place of another.
    if (mode !== undefined) fchmodSync(fd, mode)
    write(fd)
  } finally {
    closeSync(fd)
  }
}

function isSide(side: unknown): boolean {
  return Number.isSafeInteger(side) && (side as number) >= 0
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

/** Padded so that the elements begin at a multiple of 64. */
function headerOf(view: TypedArray, shape: readonly number[]): Buffer {
  const name = view instanceof Uint8ClampedArray ? 'Uint8Array' : typeNameOf(view)
  const [descr] = Object.entries(typesByName).find(([, type]) => type === name)!
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.map((side) => `${side},`).join(' ')}), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  const header = Buffer.alloc(10 + length, ' ')
  MAGIC.copy(header)
  header[6] = 1
  header[7] = 0
  header.writeUInt16LE(length, 8)
  header.write(text, 10, 'latin1')
  header[header.length - 1] = 0x0a
  return header
}

/** One call writes at most 2 GiB, and on Node 20 one view of bytes ends at 4. */
function writeAll(fd: number, { buffer, byteOffset, byteLength }: TypedArray): void {
  for (let at = 0; at < byteLength; ) at += writeSync(fd, new Uint8Array(buffer, byteOffset + at, Math.min(byteLength - at, 2 ** 30)))
}
