import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cacheFolder } from './paths.js'

export const compiler = 'gcc'
export const compilerFlags = ['-O3', '-march=native', '-fopenmp'] as const

/** Compiles one C file of a suite for this very machine; the path of the program. */
export async function compileC(source: URL): Promise<string> {
  const folder = join(cacheFolder, 'benchmarks', 'bin')
  await mkdir(folder, { recursive: true })
  const path = fileURLToPath(source)
  const program = join(folder, basename(path, '.c'))
  try {
    await promisify(execFile)(compiler, [...compilerFlags, '-o', program, path, '-lm'])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(`Expected ${compiler}, which compiles the C side of this suite, but there is none: install it`, { cause: error })
  }
  return program
}
