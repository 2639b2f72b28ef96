import { Segment } from '@shoal/core'
import { columns } from '../text/columns.js'
import { write } from '../write.js'
import { attachedProcesses } from './attached-processes.js'
import { cells, headings, type SegmentRow, segmentRow } from './segment-row.js'

/** `shoal segments list`. */
export async function listSegments({ json }: { readonly json?: true }): Promise<number> {
  const attachedTo = attachedProcesses()
  await printSegments(
    Segment.list().map((stat) => segmentRow(stat, attachedTo)),
    json === true,
  )
  return 0
}

export async function printSegments(rows: readonly SegmentRow[], json: boolean): Promise<void> {
  if (json) await write(process.stdout, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  else if (rows.length > 0) await write(process.stdout, columns(headings, rows.map(cells)))
}
