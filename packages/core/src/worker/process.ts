import { dieWithParent } from '@shoal/native'
import { Control, type FromProcess, markWorker, type ProcessStart, signalsToAll, type ToProcess } from '../protocol/index.js'
import { ProcessAttachments } from './attachments.js'
import { values } from './later.js'
import { Member } from './member.js'
import { quietImports } from './quiet-imports.js'
import { runProcessOn } from './run-on.js'
import { runTask } from './run-task.js'
import { writeSynchronously } from './stdio.js'

/** Makes this process a worker of the pool that forked it. */
export function startProcess(start: ProcessStart): void {
  if (!dieWithParent(start.parentPid)) process.exit(1)
  for (const signal of signalsToAll) process.on(signal, () => {})
  process.on('disconnect', () => process.exit(0))
  writeSynchronously()
  quietImports()
  markWorker()
  runProcessOn(start.cpus)

  const control = values().takeOver(start.control, start.controlFd)
  const member = new Member({
    rank: start.rank,
    control: new Control(control.buffer, start.size),
    doorbellFd: start.doorbellFd,
    attachments: new ProcessAttachments(start.attachmentsFd),
  })
  member.start()

  process.on('message', async (message: ToProcess) => {
    if (!('type' in message)) return tell({ type: 'ran', result: await runTask(member, message) })
    await member.loop()
    tell({ type: 'left' })
  })
  tell({ type: 'ready' })
}

function tell(message: FromProcess): void {
  // A parent that has just gone takes this process along; until then there is nobody to tell.
  process.send?.(message, undefined, undefined, () => {})
}
