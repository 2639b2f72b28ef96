import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { knownOwnerFile, nextTurn } from '@shoal/native'
import { unlessGone } from '../segment-error.js'
import { cleanOwners } from './clean.js'
import { existingRegistryFolder } from './folder.js'
import { dropParts, dropRecord, filesOfOwner, readRecords } from './record.js'
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
  await nextTurn({ ref: false })
  for (const _ of cleanOwners()) await nextTurn({ ref: false })
}

/** Also what the threads of this process have created, and the note that one was writing when it was terminated. */
function removeOwn(): void {
  const folder = existingRegistryFolder()
  const owner = folder === undefined ? '' : knownOwnerFile(folder)
  if (folder === undefined || owner === '') return
  for (const { path, record } of readRecords(folder).filter((found) => found.owner === owner && !found.record.persist)) {
    if (removeRecorded(record, true)) dropRecord(path)
  }
  dropParts(folder, owner)
  if (filesOfOwner(folder, owner).length === 0) unlessGone(() => unlinkSync(join(folder, owner)))
}
