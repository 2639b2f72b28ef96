import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, root } from '../frame/paths.js'
import type { Comparison, Side, Suite } from '../frame/suite.js'

/** How long the command takes to start, beside Node itself; and what the runner costs, and checkpoints, in a job of some ten seconds. */
export const suite: Suite = {
  name: 'cli',
  options: { elements: 4_000_000, workers: 2, trials: 21 },
  async prepare({ elements = 0, workers = 0 }) {
    const checkpoint = join(cacheFolder, 'benchmarks', 'checkpoint')
    await mkdir(checkpoint, { recursive: true })
    return [starting(), running([`${elements}`, `${workers}`], checkpoint)]
  },
}

function starting(): Comparison {
  return {
    name: 'from a shell to the help and back',
    reference: 'node -e 0',
    sides: [side('node -e 0', '-e', '0'), side('shoal --help', shoal, '--help'), side('shoal --version', shoal, '--version')].map(unread),
    targets: [{ side: 'shoal --help', reference: 'node -e 0', measure: 'process', atMost: 1.5 }],
  }
}

/** Each trial begins anew: a checkpoint is empty when its job is done, and what an interrupted run has left is discarded. */
function running([elements, workers]: readonly [string, string], checkpoint: string): Comparison {
  const job = ['run', beside('job.js'), '--param', `elements=${elements}`, '--workers', workers, '--quiet']
  return {
    name: `${elements} elements, ${workers} workers`,
    reference: 'the pool',
    sides: [
      side('the pool', beside('pool.js'), elements, workers),
      side('shoal run', shoal, ...job),
      side('shoal run --checkpoint', shoal, ...job, '--checkpoint', checkpoint, '--fresh'),
    ],
    targets: [
      { side: 'shoal run', reference: 'the pool', measure: 'process', atMost: 1.03 },
      { side: 'shoal run --checkpoint', reference: 'shoal run', measure: 'process', atMost: 1.03 },
    ],
  }
}

const shoal = fileURLToPath(new URL('packages/cli/bin/shoal.js', root))
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Only the process as a whole is timed. */
function side(name: string, ...args: string[]): Side {
  return { name, command: [process.execPath, ...args], read: ({ stdout }) => ({ result: stdout, seconds: {} }) }
}

/** What it prints is not compared. */
function unread(from: Side): Side {
  return { ...from, read: () => ({ result: '', seconds: {} }) }
}
