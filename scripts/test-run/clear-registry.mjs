/** Removes everything that the registry in `SHOAL_REGISTRY` records, persistent segments too; for one whose owners are dead. */
import { Segment } from '../../packages/core/bundle/index.js'

for (const { target } of Segment.list()) if (target !== undefined) Segment.remove(target)
await Segment.clean()
