import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for a test file's data. It goes when the process ends. */
export const folder = mkdtempSync(join(tmpdir(), 'shoal-rows-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Writes a file and returns its path. */
export function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** `count` different names of all lengths up to 100 bytes, in characters of 1 to 4 bytes. */
export function awkwardNames(count: number): string[] {
  const letters = ['a', 'é', '漢', '🌡', '\u{ffff}', '\u{feff}', 'Z', ' ', '=']
  return Array.from({ length: count }, (_, index) => {
    let name = `${index}#`
    for (let i = index; Buffer.byteLength(name + letters[i % letters.length]) <= index % 101; i++) name += letters[i % letters.length]
    return name
  })
}
