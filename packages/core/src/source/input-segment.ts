import { closeSync, constants, openSync, readFileSync } from 'node:fs'
import { ShoalError } from '../errors/index.js'
import { Segment, segmentOf, share } from '../memory/index.js'

/**
 * The content of an input file: mapped, or read where it cannot be. Files that the kernel makes up, as those below /proc and /sys, have no
 * length before they are read, or one that is not theirs.
 */
export function openInput(path: string): Segment {
  let mapped: Segment
  try {
    mapped = Segment.open({ kind: 'file', path, access: 'readonly' })
  } catch (error) {
    if (causeOf(error) === 'ENODEV') return readInput(path)
    throw isMissing(error) ? missing(path, error) : error
  }
  if (mapped.byteLength > 0) return mapped
  const read = readInput(path)
  if (read.byteLength === 0) return mapped
  mapped.close()
  return read
}

/** Does not wait for what is not there yet, as a log of the kernel would. */
function readInput(path: string): Segment {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return segmentOf(share(readFileSync(fd)))!
  } catch (cause) {
    throw new ShoalError('SHOAL_SEGMENT_FAILED', `The input file '${path}' cannot be read (${(cause as Error).message})`, { cause })
  } finally {
    closeSync(fd)
  }
}

/** Who names an input does not want to hear how to make a segment. */
function missing(path: string, error: unknown): ShoalError {
  const { message } = (error as ShoalError).cause as Error
  // A pattern has matched a name that Node cannot say.
  const why = path.includes('\uFFFD') ? 'its name is not in UTF-8' : message
  return new ShoalError('SHOAL_SEGMENT_NOT_FOUND', `There is no input file '${path}' (${why})`, { cause: error })
}

function isMissing(error: unknown): boolean {
  return error instanceof ShoalError && error.code === 'SHOAL_SEGMENT_NOT_FOUND' && causeOf(error) === 'ENOENT'
}

function causeOf(error: unknown): unknown {
  return Object(Object(error).cause).code
}
