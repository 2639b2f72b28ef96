import { accessSync, type BigIntStats, constants, fstatSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { statPath } from '../stat-path.js'
import { UsageError } from '../usage-error.js'

interface RecordPaths {
  readonly report?: string
  readonly trace?: string
  readonly checkpoint?: string
  readonly quarantine: string | undefined
  /** Some may name files that the job reads or writes. */
  readonly params: unknown
}

interface StageFiles {
  readonly inputs: readonly { readonly path: string }[]
  readonly outputs: readonly string[]
}

/** In the folder of a checkpoint, which may hold other files too. */
const CHECKPOINT_FILES = ['journal', 'journal.state', 'journal.state.new']

/**
 * Better to know before the run than after it: whether report and trace can be written, and that they replace nothing that belongs to the run.
 * @throws UsageError
 */
export function checkRecords(jobFile: string, { report, trace, checkpoint, quarantine, params }: RecordPaths): void {
  const others: [string, string][] = [['the job', jobFile], ...stringsOf(params).map((text): [string, string] => ['a parameter', text])]
  if (quarantine !== undefined) others.push(['the quarantine', quarantine])
  if (checkpoint !== undefined) others.push(...CHECKPOINT_FILES.map((name): [string, string] => ['the checkpoint', join(checkpoint, name)]))
  for (const [option, path] of given({ report, trace })) {
    requireWritable(path)
    const taken = others.find(([, other]) => isSame(path, other))?.[0] ?? standardStream(path)
    if (taken !== undefined)
      throw new UsageError(`expected a file of its own for ${option} but received ${path}, which is that of ${taken}`)
    if (option === '--report') others.push(['--report', path])
  }
}

/**
 * The same for the files of a stage that is about to begin, which only the job knows.
 * @throws UsageError
 */
export function checkStage({ report, trace }: Pick<RecordPaths, 'report' | 'trace'>, { inputs, outputs }: StageFiles): void {
  for (const [option, path] of given({ report, trace })) {
    const isInput = statsOf(path) !== undefined && inputs.some((input) => isSame(path, input.path))
    if (!isInput && !outputs.some((output) => isSame(path, output))) continue
    throw new UsageError(
      `expected a file of its own for ${option} but received ${path}, which is an ${isInput ? 'input' : 'output'} of the job`,
    )
  }
}

function given({ report, trace }: { readonly report: string | undefined; readonly trace: string | undefined }): [string, string][] {
  return Object.entries({ '--report': report, '--trace': trace }).filter((entry): entry is [string, string] => entry[1] !== undefined)
}

function stringsOf(params: unknown): string[] {
  if (typeof params === 'string') return [params]
  return typeof params === 'object' && params !== null && !ArrayBuffer.isView(params) ? Object.values(params).flatMap(stringsOf) : []
}

function isSame(path: string, other: string): boolean {
  const [one, two] = [path, other].map(statsOf)
  if (one === undefined || two === undefined) return resolve(path) === resolve(other)
  // A device or a pipe is not replaced, and may well be used twice.
  return one.isFile() && one.dev === two.dev && one.ino === two.ino
}

/** The result, and what is told of the run, would be lost. */
function standardStream(path: string): string | undefined {
  const stats = statsOf(path)
  if (stats?.isFile() !== true) return undefined
  return ['stdin', 'stdout', 'stderr'].find((_, fd) => {
    const { dev, ino } = fstatSync(fd, { bigint: true })
    return dev === stats.dev && ino === stats.ino
  })
}

function requireWritable(path: string): void {
  let what = 'file'
  try {
    const stats = statPath(path)
    if (stats?.isDirectory() === true) throw Object.assign(new Error(), { code: 'EISDIR' })
    if (stats !== undefined) accessSync(path, constants.W_OK)
    what = 'folder'
    // What is replaced is written beside it first. The slash is for what is no folder.
    if (stats?.isFile() !== false) accessSync(`${dirname(stats === undefined ? resolve(path) : realpathSync(path))}/`, constants.W_OK)
  } catch (error) {
    throw new UsageError(`expected a ${what} that can be written for ${path} but received ${(error as NodeJS.ErrnoException).code}`)
  }
}

/** Undefined for what is not there, or is no path. */
function statsOf(path: string): BigIntStats | undefined {
  try {
    return statPath(path)
  } catch {
    return undefined
  }
}
