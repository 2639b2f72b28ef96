import { ShoalError } from '../errors/index.js'
import type { Skipped } from './chunks/salvage.js'
import { AppendFile } from './files/append-file.js'
import type { FileOrigin } from './files/unfinished-file.js'

/** More bad records than this are no exceptions. */
const MAX_SKIPPED = 10_000

/** The file of what was left out: a JSON object a line. */
export class Quarantine {
  readonly output: AppendFile
  #count: number

  private constructor(output: AppendFile, count: number) {
    this.output = output
    this.#count = count
  }

  static async open(origin: FileOrigin, end: number, count: number): Promise<Quarantine> {
    return new Quarantine(await AppendFile.open(origin, end), count)
  }

  get count(): number {
    return this.#count
  }

  /** @throws ShoalError `SHOAL_JOB_TOO_MANY_SKIPPED` */
  async add({ range, bytes, error }: Skipped): Promise<void> {
    this.#count++
    if (this.#count > MAX_SKIPPED) {
      throw new ShoalError(
        'SHOAL_JOB_TOO_MANY_SKIPPED',
        `Expected at most ${MAX_SKIPPED} bad records but there are more: the first are in ${this.output.file.partial}`,
        { cause: error },
      )
    }
    await this.output.append(`${JSON.stringify({ ...range, ...describe(error), ...contentOf(bytes) })}\n`)
  }
}

function describe(error: unknown): { error: string; code?: unknown; byteOffset?: unknown } {
  const { code, byteOffset } = Object(error) as { code?: unknown; byteOffset?: unknown }
  return {
    error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    ...(code !== undefined && { code }),
    ...(byteOffset !== undefined && { byteOffset }),
  }
}

/** Text where it is text, else base64. */
function contentOf(bytes: Uint8Array | undefined): { text?: string; base64?: string } {
  if (bytes === undefined) return {}
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') }
  }
}
