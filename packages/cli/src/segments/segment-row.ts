import { readFileSync } from 'node:fs'
import type { SegmentStat } from '@shoal/core'
import { bytesText } from '../text/bytes.js'
import { durationText } from '../text/duration.js'
import type { AttachedProcesses } from './attached-processes.js'

/** What `shoal segments` says of a segment. */
export interface SegmentRow {
  readonly kind: string
  /** What `shoal segments remove` takes: a posix name, or the id of a System V segment. */
  readonly name: string
  readonly byteLength: number
  readonly residentBytes: number
  readonly mode: string
  /** Who made it: undefined where nobody knows. */
  readonly owner: { readonly pid: number; readonly uid: number; readonly alive: boolean; readonly command: string | undefined } | undefined
  readonly attached: readonly number[]
  readonly created: Date
  /** Attachments as System V counts them, those of processes that we cannot see included. */
  readonly attachments: number | undefined
}

export function segmentRow(stat: SegmentStat, attachedTo: AttachedProcesses): SegmentRow {
  const { kind, byteLength, residentBytes, mode, owner, created, attached } = stat
  return {
    kind,
    name: nameOf(stat),
    byteLength,
    residentBytes,
    mode: mode.toString(8).padStart(3, '0'),
    owner: owner && { ...owner, command: owner.alive ? commandOf(owner.pid) : undefined },
    attached: attachedTo(stat),
    attachments: attached,
    created,
  }
}

export function nameOf({ target, name }: SegmentStat): string {
  if (target?.kind === 'sysv' && 'id' in target) return String(target.id)
  return target?.kind === 'posix' ? target.name : (name ?? '')
}

export const headings = ['KIND', 'NAME', 'SIZE', 'RESIDENT', 'MODE', 'OWNER', 'ATTACHED', 'AGE']

export function cells({ kind, name, byteLength, residentBytes, mode, owner, attached, attachments, created }: SegmentRow): string[] {
  const unseen = Math.max(0, (attachments ?? 0) - attached.length)
  const who = [...attached.map(String), ...(unseen > 0 && attached.length === 0 ? [`${unseen} others`] : [])]
  return [
    kind,
    name,
    bytesText(byteLength),
    bytesText(residentBytes),
    mode,
    owner === undefined ? 'unknown' : `${owner.pid} ${owner.alive ? (owner.command ?? 'alive') : '(dead)'}`,
    who.join(',') || '-',
    durationText(Date.now() - created.getTime()),
  ]
}

function commandOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}
