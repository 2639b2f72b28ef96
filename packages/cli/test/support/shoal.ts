import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command under test. */
export const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  /** Added to the environment of the test. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** A running `shoal`, with its output so far. */
export class Shoal {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Outcome>
  #stdout: Buffer[] = []
  #stderr = ''
  #onStderr: () => void = () => {}

  constructor(args: readonly string[], { env, cwd }: Surroundings = {}) {
    this.child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...env }, cwd })
    // A test that gives up leaves no run behind.
    const kill = () => this.child.kill('SIGKILL')
    process.once('exit', kill)
    this.child.once('exit', () => process.off('exit', kill))
    this.child.stdout.on('data', (data: Buffer) => this.#stdout.push(data))
    this.child.stderr.on('data', (data: Buffer) => {
      this.#stderr += data.toString()
      this.#onStderr()
    })
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      this.child.once('close', (code, signal) =>
        resolve({ code, signal, stdout: Buffer.concat(this.#stdout).toString(), stderr: this.#stderr }),
      )
    })
  }

  /** Resolves with what `pattern` matches in stderr, as soon as it does; rejects when the command ends without it. */
  said(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      this.#onStderr = () => {
        const found = pattern.exec(this.#stderr)
        if (found !== null) resolve(found)
      }
      this.#onStderr()
      void this.ended.then(({ stderr }) => reject(new Error(`ended without saying ${pattern}: ${stderr}`)))
    })
  }
}

/** Runs the command to its end. */
export function shoal(...args: string[]): Promise<Outcome> {
  return shoalIn({}, ...args)
}

export function shoalIn(surroundings: Surroundings, ...args: string[]): Promise<Outcome> {
  return new Shoal(args, surroundings).ended
}
