import { Segment, type SegmentStat } from '@shoal/core'
import { tell } from '../write.js'
import { attachedProcesses } from './attached-processes.js'
import { printSegments } from './list-segments.js'
import { nameOf, segmentRow } from './segment-row.js'

/** `shoal segments clean`: prints what it has removed, and says what dead processes left but others still have. */
export async function cleanSegments({ json }: { readonly json?: true }): Promise<number> {
  const attachedTo = attachedProcesses()
  const orphans = Segment.list().filter(isOrphan)
  await Segment.clean()
  const left = Segment.list().filter(isOrphan)
  const isLeft = (stat: SegmentStat) => left.some((other) => nameOf(other) === nameOf(stat) && other.kind === stat.kind)
  await printSegments(
    orphans.filter((stat) => !isLeft(stat)).map((stat) => segmentRow(stat, attachedTo)),
    json === true,
  )
  for (const stat of left) {
    const { attached } = segmentRow(stat, attachedTo)
    await tell(
      `shoal: kept ${stat.kind} ${nameOf(stat)}: ${attached.length > 0 ? `attached by ${attached.join(', ')}` : 'made to persist'}\n`,
    )
  }
  return 0
}

const isOrphan = ({ owner }: SegmentStat): boolean => owner?.alive === false
