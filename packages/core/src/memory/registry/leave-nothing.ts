import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { ownerFile } from '@shoal/native'
import { unlessGone } from '../segment-error.js'
import { existingRegistryFolder } from './folder.js'
import { dropRecord, filesOfOwner, readRecords } from './record.js'
import { removeRecorded } from './recorded-object.js'

let armed = false

/** Has this process remove its own named segments when it exits, those of its threads too. Other deaths are the cleaners' business. */
export function leaveNothing(): void {
  if (armed || !isMainThread) return
  armed = true
  process.once('exit', () => {
    try {
      removeOwn()
    } catch {
      // Nobody is left to tell, and the next process cleans.
    }
  })
}

function removeOwn(): void {
  const folder = existingRegistryFolder()
  if (folder === undefined) return
  const owner = ownerFile(folder)
  for (const { path, record } of readRecords(folder).filter((found) => found.owner === owner && !found.record.persist)) {
    if (removeRecorded(record, true)) dropRecord(path)
  }
  if (filesOfOwner(folder, owner).length === 0) unlessGone(() => unlinkSync(join(folder, owner)))
}
