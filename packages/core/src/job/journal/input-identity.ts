import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { InputFile } from '../../source/index.js'
import type { InputIdentity } from './records.js'

/** What the files of an input are told by: length, and time of change or content. */
export async function identifyInputs(files: readonly InputFile[], byContent: boolean): Promise<InputIdentity[]> {
  const identities: InputIdentity[] = []
  for (const { path, byteLength } of files) {
    identities.push(byContent ? { path, byteLength, hash: await hashOf(path) } : { path, byteLength, mtimeMs: (await stat(path)).mtimeMs })
  }
  return identities
}

async function hashOf(path: string): Promise<string> {
  // It takes longer to load than most of this library, and few jobs ask for it.
  const { createHash } = await import('node:crypto')
  const hash = createHash('sha256')
  for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(block as Buffer)
  return hash.digest('hex')
}

/** In words: `input big.log: size 10 instead of 12`. */
export function inputDifferences(before: readonly InputIdentity[], now: readonly InputIdentity[]): string[] {
  if (before.length !== now.length) return [`inputs: ${now.length} files instead of ${before.length}`]
  return before.flatMap((old, index) => {
    const { path, byteLength, mtimeMs, hash } = now[index]!
    if (path !== old.path) return [`input ${path}: instead of ${old.path}`]
    if (byteLength !== old.byteLength) return [`input ${path}: size ${byteLength} instead of ${old.byteLength}`]
    if (hash !== undefined && old.hash !== undefined) return hash === old.hash ? [] : [`input ${path}: content`]
    return mtimeMs === old.mtimeMs && hash === old.hash ? [] : [`input ${path}: time of change`]
  })
}
