import { Segment, type SegmentStat } from '@shoal/core'
import { UsageError } from '../usage-error.js'
import { nameOf } from './segment-row.js'

/** `shoal segments remove`: all that are named, or none when one of them cannot be. */
export async function removeSegments(names: readonly string[], { force }: { readonly force?: true }): Promise<number> {
  const listed = Segment.list()
  const found = names.map((name) => find(listed, name))
  if (force !== true) for (const stat of found) refuseAlive(stat)
  for (const { target } of found) Segment.remove(target!)
  return 0
}

function find(listed: readonly SegmentStat[], name: string): SegmentStat {
  const found = listed.find((stat) => nameOf(stat) === name || nameOf(stat) === `/${name}`)
  if (found === undefined) throw new UsageError(`expected the name or id of a segment in shoal segments list but received '${name}'`)
  return found
}

function refuseAlive(stat: SegmentStat): void {
  if (stat.owner?.alive !== true) return
  throw new Error(`process ${stat.owner.pid}, which made ${nameOf(stat)}, still runs: end it first, or say --force`)
}
