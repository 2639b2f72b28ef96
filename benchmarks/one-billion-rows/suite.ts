import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureSample } from '@shoal/examples/dist/one-billion-rows/sample.js'
import { compileC } from '../frame/compile-c.js'
import { cacheFolder, root } from '../frame/paths.js'
import type { Output, Suite, Trial } from '../frame/suite.js'

const shoal = fileURLToPath(new URL('packages/cli/dist/bin.js', root))
const job = fileURLToPath(new URL('packages/examples/dist/one-billion-rows/job.js', root))
const duckdb = fileURLToPath(new URL('duckdb.js', import.meta.url))

/** The main job through the real command, both backends, against the same aggregation in C and in DuckDB. */
export const suite: Suite = {
  name: 'one-billion-rows',
  options: { rows: 50_000_000, workers: 2 },
  async prepare({ rows = 0, workers = 0 }) {
    const sample = await ensureSample(join(cacheFolder, 'samples'), rows)
    const c = await compileC(new URL('benchmarks/one-billion-rows/one-billion-rows.c', root))
    const run = (backend: string) => ({
      name: `Shoal, ${backend}`,
      command: [process.execPath, shoal, 'run', job, sample, '--workers', `${workers}`, '--backend', backend] as const,
      read: readSummary,
    })
    return [
      {
        name: `${rows.toLocaleString('en')} rows, ${workers} workers`,
        reference: 'C/OpenMP',
        sides: [
          { name: 'C/OpenMP', command: [c, sample, `${workers}`] },
          run('threads'),
          run('processes'),
          { name: 'DuckDB', command: [process.execPath, duckdb, sample, `${workers}`] },
        ],
        targets: [
          { side: 'Shoal, threads', reference: 'C/OpenMP', measure: 'work', atMost: 2.2 },
          { side: 'Shoal, threads', reference: 'DuckDB', measure: 'work', atMost: 1 / 1.6 },
        ],
      },
    ]
  },
}

/** The command ends with one summary line on stderr, after lines of progress in a long run; its seconds are the job's own. */
function readSummary({ stdout, stderr }: Output): Trial {
  const match = /([\d.]+) s\b.*\n$/.exec(stderr)
  if (match === null) throw new Error(`Expected a summary with seconds on stderr but received ${JSON.stringify(stderr)}`)
  return { result: stdout, seconds: { work: Number(match[1]) } }
}
