import { Control, type ThreadTask } from '../protocol/index.js'
import { ThreadAttachments } from './attachments.js'
import { Member } from './member.js'
import { writeSynchronously } from './stdio.js'

let member: Member | undefined

/** The task function that piscina calls in a worker thread. */
export default async function thread(task: ThreadTask): Promise<void> {
  if (task.type === 'start') {
    writeSynchronously()
    member = new Member({
      rank: task.rank,
      control: new Control(task.control, task.size),
      doorbellFd: task.doorbellFd,
      attachments: new ThreadAttachments(task.port),
    })
    member.start()
    return
  }
  await member!.loop()
}
