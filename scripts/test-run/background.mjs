import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

// A tenth of a CPU that is wanted by others: what is in the background goes on however busy the machine is.
const niceness = 10

/** Lets the leader of a session, and what it starts from now on, run on what others leave of the CPUs. */
export function putIntoBackground(pid) {
  setPriority(pid, niceness)
  try {
    // A kernel that groups sessions shares the CPUs among these first.
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness))
  } catch {
    // It does not, or not for us.
  }
}
