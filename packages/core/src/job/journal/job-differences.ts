import { isDeepStrictEqual } from 'node:util'
import type { JobRecord, StageRecord } from './records.js'

/** What of this run is not as in the run that a journal is of, in words. */
export function jobDifferences(before: JobRecord, now: Pick<JobRecord, 'name' | 'version' | 'params'>): string[] {
  const differences: string[] = []
  if (before.name !== now.name) differences.push(`job: ${now.name} instead of ${before.name}`)
  if (before.version !== now.version) differences.push(`version: ${now.version} instead of ${before.version}`)
  return [...differences, ...paramDifferences(before.params, now.params)]
}

/** The same of how a stage is cut. */
export function cutDifferences(before: StageRecord['cut'], now: StageRecord['cut']): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return names.filter((name) => before[name] !== now[name]).map((name) => `${name}: ${now[name]} instead of ${before[name]}`)
}

function paramDifferences(before: unknown, now: unknown): string[] {
  if (isDeepStrictEqual(before, now)) return []
  if (!isRecord(before) || !isRecord(now)) return ['params']
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  const changed = [...names].filter((name) => !isDeepStrictEqual(before[name], now[name]))
  return changed.length === 0 ? ['params'] : changed.map((name) => `param ${name}`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
