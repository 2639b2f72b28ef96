import { Segment } from '@shoal/core'
import { broken, type Finding, ok, unless } from './finding.js'

/** The registry of named segments, and what dead processes have left there. */
export function checkLeftovers(): Finding {
  try {
    const segments = Segment.list()
    const orphans = segments.filter(({ owner }) => owner?.alive === false)
    if (segments.length === 0) return ok('segments', 'none with a name')
    const found = `${segments.length} with a name, ${orphans.length} of them of processes that have ended`
    return unless(orphans.length > 0, 'segments', found, 'shoal segments list shows them, shoal segments clean removes what nobody uses')
  } catch (error) {
    return broken('segments', (error as Error).message, 'without the registry no named segment can be made')
  }
}
