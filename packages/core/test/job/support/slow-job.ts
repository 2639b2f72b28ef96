import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readFrames } from '#internal/job/journal/frames.js'
import { decodeValue } from '#internal/protocol/index.js'
import type { SlowParams } from '../fixtures/slow-jobs.js'

const script = fileURLToPath(new URL('../fixtures/run-slow-job.js', import.meta.url))

export type SlowJob = 'sum' | 'records' | 'inPlace' | 'program'

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** A slow job in a folder of its own, run in processes that can be killed. */
export class SlowJobRuns {
  readonly folder: string
  readonly name: SlowJob
  readonly params: SlowParams
  readonly checkpoint: string
  #options: object

  constructor(folder: string, name: SlowJob, ms: number, options: object = {}) {
    this.folder = folder
    this.name = name
    this.params = { input: join(folder, 'input'), output: join(folder, 'output'), log: join(folder, 'log'), ms }
    this.checkpoint = join(folder, 'checkpoint')
    this.#options = options
    writeFileSync(this.params.input, Array.from({ length: 12_000 }, (_, i) => `${(i * 7919) % 10_007}\n`).join(''))
    writeFileSync(this.params.log, '')
    if (name === 'inPlace') writeFileSync(this.params.output, new Uint8Array(Float64Array.from({ length: 6400 }, (_, i) => i).buffer))
  }

  /** Starts a run; `begun` resolves when its first chunk may begin, or when it has ended. */
  start(options: object = {}): { readonly child: ChildProcess; readonly begun: Promise<void>; readonly ended: Promise<Ended> } {
    const chunkLength = this.name === 'inPlace' ? 64 : 512
    const all = { workers: 2, checkpoint: this.checkpoint, chunkLength, ...this.#options, ...options }
    const child = spawn(process.execPath, [script, JSON.stringify([this.name, this.params, all])], { stdio: 'pipe' })
    let output = ''
    let errors = ''
    let begin!: () => void
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    child.stdout!.on('data', (text) => {
      output += text
      if (output.includes('begun')) begin()
    })
    child.stderr!.on('data', (text) => {
      errors += text
    })
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        begin()
        resolve({ code, output, errors })
      })
    })
    return { child, begun, ended }
  }

  /** Runs it to its end; returns what it says and the hash of what it has written. */
  async finish(options: object = {}): Promise<{ result: unknown; file: string | undefined }> {
    return this.outcome(await this.start(options).ended)
  }

  /** What a run that has ended has made. */
  outcome({ code, output, errors }: Ended): { result: unknown; file: string | undefined } {
    if (code !== 0) throw new Error(`The job ${this.name} ended with ${code}: ${errors}`)
    return { result: JSON.parse(output.trimEnd().split('\n').at(-1)!), file: this.file() }
  }

  /** The hash of the output, if there is one. */
  file(): string | undefined {
    return existsSync(this.params.output) ? createHash('sha256').update(readFileSync(this.params.output)).digest('hex') : undefined
  }

  /** Whether there is something to continue. What is done leaves no journal, and would begin anew, on the finished file where it is in place. */
  isUnfinished(): boolean {
    return existsSync(join(this.checkpoint, 'journal'))
  }

  /** What chunks have been begun since the last call. */
  takeLog(): number[] {
    const lines = readFileSync(this.params.log, 'latin1').split('\n').filter(Boolean).map(Number)
    writeFileSync(this.params.log, '')
    return lines
  }

  /** The chunks that the journal says are done. */
  committed(): Set<number> {
    const path = join(this.checkpoint, 'journal')
    const chunks = new Set<number>()
    for (const payload of existsSync(path) ? readFrames(readFileSync(path)).payloads : []) {
      // Packets begin with a byte of their own.
      const record = decodeValue(payload.subarray(1)) as { type: string; level: number; index: number; chunks: number }
      if (record.type !== 'node') continue
      const first = record.index * 2 ** record.level
      for (let chunk = first; chunk < first + record.chunks; chunk++) chunks.add(chunk)
    }
    return chunks
  }
}
