import { createReadStream } from 'node:fs'
import { inspect } from 'node:util'
import { UsageError } from './usage-error.js'

/** An error as the runner shows it. */
export interface Failure {
  readonly exitCode: number
  readonly code: string | undefined
  /** What went wrong and where, in one line. */
  readonly message: string
  readonly path?: string
  readonly byteOffset?: number
  /** What the failing chunk covers: bytes of a file, or elements. */
  readonly range?: FailedRange
  /** Counted from 1. */
  readonly line?: number | undefined
  readonly stack: string
}

/** By the error's code; 75 is `EX_TEMPFAIL`: try again later. */
const exitCodes: ReadonlyMap<unknown, number> = new Map([
  ['SHOAL_JOB_PARAMS', 2],
  ['SHOAL_JOB_CHECKPOINT_BUSY', 75],
])

export async function describeFailure(error: unknown): Promise<Failure> {
  const { code, message } = Object(error) as { code?: unknown; message?: unknown }
  const plain: Failure = {
    exitCode: error instanceof UsageError ? 2 : (exitCodes.get(code) ?? 1),
    code: typeof code === 'string' ? code : undefined,
    message: ofCommandLine(code, oneLine(typeof message === 'string' ? message : inspect(error))),
    stack: stackOf(error),
  }
  if (isRecordError(error)) return { ...plain, ...(await placeOf(error, plain.message)) }
  const range = rangeOf(error)
  return range === undefined ? plain : { ...plain, message: `${plain.message} (${rangeText(range)})`, range }
}

interface FailedRange {
  readonly start: number
  readonly end: number
  readonly path?: string
}

/** Errors of kernels tell it; those of regions have it in their message already. */
function rangeOf(error: unknown): FailedRange | undefined {
  const { code, range } = Object(error) as { code?: unknown; range?: Partial<FailedRange> }
  if (typeof code === 'string' && code.startsWith('SHOAL_REGION_')) return undefined
  return typeof range?.start === 'number' && typeof range.end === 'number' ? (range as FailedRange) : undefined
}

function rangeText({ start, end, path }: FailedRange): string {
  return path === undefined ? `elements ${start} to ${end}` : `${path}, bytes ${start} to ${end}`
}

interface RecordErrorLike {
  readonly path: string
  readonly byteOffset: number
}

/** By its shape, because it may come from another thread, process or copy of the library. */
function isRecordError(error: unknown): error is RecordErrorLike {
  const { code, path, byteOffset } = Object(error) as Record<string, unknown>
  return code === 'SHOAL_RECORD_INVALID' && typeof path === 'string' && typeof byteOffset === 'number'
}

async function placeOf({ path, byteOffset }: RecordErrorLike, message: string): Promise<Partial<Failure>> {
  const line = await lineAt(path, byteOffset).catch(() => undefined)
  const place = line === undefined ? `byte offset ${byteOffset}` : `byte offset ${byteOffset}, line ${line}`
  return { message: `${path}: ${message} (${place})`, path, byteOffset, line }
}

/** The number of the line that `byteOffset` is in, counted from 1. Reads the file up to there. */
async function lineAt(path: string, byteOffset: number): Promise<number> {
  let line = 1
  if (byteOffset === 0) return line
  for await (const block of createReadStream(path, { end: byteOffset - 1, highWaterMark: 1 << 20 })) {
    const bytes = block as Buffer
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) line++
  }
  return line
}

/** What errors of jobs advise is an option of `runJob`. */
function ofCommandLine(code: unknown, message: string): string {
  return String(code).startsWith('SHOAL_JOB_') ? message.replace('resume: false', '--fresh') : message
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ')
}

/** The stack in the worker, too, where the error was thrown there. */
function stackOf(error: unknown): string {
  const { stack, workerStack } = Object(error) as { stack?: unknown; workerStack?: unknown }
  return [workerStack, stack].filter((part) => typeof part === 'string').join('\n')
}
