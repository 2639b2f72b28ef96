import type { Affinity } from '@shoal/core'
import { InvalidArgumentError } from '../commander.js'
import { parseBytes } from '../text/bytes.js'
import { parseDuration } from '../text/duration.js'

/** Each turns the text of an option into its value, or tells in one sentence what was expected. */

export function collectParam(text: string, params: readonly [string, string][] = []): [string, string][] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('Expected name=value.')
  return [...params, [text.slice(0, equals), text.slice(equals + 1)]]
}

/** What a variable that is not set leaves would be taken for the working directory, or for nothing. */
export function path(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a path.')
  return text
}

export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a positive integer.')
  return value
}

export function count(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected an integer from 0.')
  return value
}

export function bytes(text: string): number {
  const value = parseBytes(text)
  if (value === undefined) throw new InvalidArgumentError('Expected a size such as 512M or 4G.')
  return value
}

export function duration(text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined) throw new InvalidArgumentError('Expected seconds, or a duration such as 90s, 15m or 2h.')
  return ms
}

/** More than Linux knows: a slip of the finger must not fill the memory. */
const MOST_CPUS = 2 ** 16

/** `0-1:2,3` is CPUs 0 and 1 for rank 0, and 2 and 3 for rank 1. */
export function affinity(text: string): Affinity {
  if (text === 'none' || text === 'cores') return text
  return text.split(':').map((cpus) => cpus.split(',').flatMap(cpuRange))
}

function cpuRange(text: string): number[] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? []
  const length = Number(last) - Number(first) + 1
  if (first === undefined || !(length > 0) || Number(last) >= MOST_CPUS)
    throw new InvalidArgumentError('Expected none, cores, or CPUs by worker such as 0-1:2,3.')
  return Array.from({ length }, (_, index) => Number(first) + index)
}
