import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { ownerFile } from '@shoal/native'
import { unlessGone } from '../segment-error.js'
import { cleanOwners } from './clean.js'
import { existingRegistryFolder } from './folder.js'
import { dropRecord, filesOfOwner, readRecords } from './record.js'
import { removeRecorded } from './recorded-object.js'

let begun = false

/** At the first named segment: clears away in the background what dead processes left. */
export function keepHouse(): void {
  if (begun || !isMainThread) return
  begun = true
  cleanInBackground().catch(() => {}) // the next one tries again, and Segment.clean() tells
}

// At exit: what this process has not closed. Not at the first named segment, which a worker thread may create.
if (isMainThread) {
  process.once('exit', () => {
    try {
      removeOwn()
    } catch {
      // Nobody is left to tell, and the next process cleans.
    }
  })
}

async function cleanInBackground(): Promise<void> {
  await setImmediate(undefined, { ref: false })
  for (const _ of cleanOwners()) await setImmediate(undefined, { ref: false })
}

/** Also what the threads of this process have created. */
function removeOwn(): void {
  const folder = existingRegistryFolder()
  if (folder === undefined) return
  const ofThisNumber = readRecords(folder).filter(({ record }) => record.pid === process.pid)
  if (ofThisNumber.length === 0 && !begun) return // to ask for the owner file would make one
  const owner = ownerFile(folder)
  for (const { path, record } of ofThisNumber.filter((found) => found.owner === owner && !found.record.persist)) {
    if (removeRecorded(record, true)) dropRecord(path)
  }
  if (filesOfOwner(folder, owner).length === 0) unlessGone(() => unlinkSync(join(folder, owner)))
}
