import { expectedRange, expectedType, requireOptions } from '../errors/index.js'
import type { Segment } from '../memory/index.js'

/** A file that chunks write into, mapped. Made by `fileOutput`. */
export interface FileOutput {
  readonly type: 'file'
  readonly path: string
  /** Undefined: as long as the file that is there. */
  readonly byteLength: number | undefined
}

/** A file made of the bytes that the chunks return. Made by `recordsOutput`. */
export interface RecordsOutput {
  readonly type: 'records'
  readonly path: string
}

/** The mapped files of a job, by the names that the job gives them. */
export type FileOutputs = Readonly<Record<string, FileOutput>>

/** What kernels get for them. */
export type OutputSegments<O> = { readonly [K in keyof O]: Segment<'readwrite'> }

/** What `finish` gets of a job with a `recordsOutput`. */
export interface RecordsWritten {
  readonly path: string
  readonly byteLength: number
}

/**
 * A file that chunks write their results into, each at its place, as `outputs.name` of their job: a segment over the file. It is worked on
 * beside its name, as `path.partial`, and put there when the job is done, so that nobody sees it half made.
 *
 * With `byteLength` it is new and zero. Without, the job works in place: it begins as a copy of the file that is there, and a source over the
 * segment gives chunks their parts of it. Whatever stops such a job, the file keeps its old content until the job is done.
 *
 * @throws TypeError, RangeError for a path or length that is none
 * @example outputs: ({ file }) => ({ bright: fileOutput(`${file}.bright`, statSync(file).size) })
 */
export function fileOutput(path: string, byteLength?: number): FileOutput {
  checkPath(path)
  if (byteLength !== undefined) {
    if (typeof byteLength !== 'number') throw expectedType('byteLength', 'a number of bytes', byteLength)
    if (!Number.isSafeInteger(byteLength) || byteLength < 1) throw expectedRange('byteLength', 'an integer from 1', byteLength)
  }
  return { type: 'file', path, byteLength }
}

/**
 * A file of what the chunks return, strings (in UTF-8) or bytes, in the order of the chunks, whatever the order in which they are done. It is
 * written beside its name, as `path.partial`, and put there when the job is done. Little is held in memory at any time.
 *
 * @throws TypeError for a path that is none
 * @example output: ({ file }) => recordsOutput(`${file}.errors`)
 */
export function recordsOutput(path: string): RecordsOutput {
  checkPath(path)
  return { type: 'records', path }
}

/** What `outputs` of a job has returned. */
export function fileOutputsOf(returned: unknown = {}): FileOutputs {
  requireOptions(returned, 'outputs', 'an object of files of fileOutput()')
  for (const [name, output] of Object.entries(returned)) {
    if (Object(output).type !== 'file') throw expectedType(`outputs.${name}`, 'a file of fileOutput()', output)
  }
  return returned as FileOutputs
}

/** What `output` of a stage has returned. */
export function recordsOutputOf(returned: unknown): RecordsOutput {
  if (Object(returned).type !== 'records') throw expectedType('output', 'a file of recordsOutput()', returned)
  return returned as RecordsOutput
}

function checkPath(path: unknown): void {
  if (typeof path !== 'string') throw expectedType('path', 'a string', path)
  if (path.length === 0) throw expectedRange('path', 'a string that is not empty', path)
}
