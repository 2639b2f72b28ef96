import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { root } from '../frame/paths.js'
import type { Side, Target } from '../frame/suite.js'

export const SHOAL = 'Shoal, threads'
export const PROCESSES = 'Shoal, processes'
export const C = 'C/OpenMP'
export const NUMPY = 'numpy'
export const BUILT_IN = 'JavaScript'

/** A program of this suite. */
export function program(name: string, file: string, ...args: (string | number)[]): Side {
  return { name, command: [process.execPath, fileURLToPath(new URL(`${file}.js`, import.meta.url)), ...args.map(String)] }
}

/** `file` on both backends. */
export function shoalSides(file: string, operation: string, workers: number, count: number): Side[] {
  return [program(SHOAL, file, 'threads', operation, workers, count), program(PROCESSES, file, 'processes', operation, workers, count)]
}

export function numpySide(file: string, operation: string, workers: number, count: number): Side {
  const path = fileURLToPath(new URL(`benchmarks/algorithms/${file}.py`, root))
  return {
    name: NUMPY,
    command: ['env', `OPENBLAS_NUM_THREADS=${workers}`, 'python3', path, operation, `${count}`],
    missing: hasNumpy() ? undefined : 'python3 has no numpy',
  }
}

let numpyIsThere: boolean | undefined

function hasNumpy(): boolean {
  numpyIsThere ??= spawnSync('python3', ['-c', 'import numpy']).status === 0
  return numpyIsThere
}

/** How often faster than which side Shoal is to be. */
export function targetsOf(faster: Readonly<Record<string, number>>): Target[] {
  return Object.entries(faster).flatMap(([reference, times]) =>
    [SHOAL, PROCESSES].map((side) => ({ side, reference, measure: 'work', atMost: 1 / times })),
  )
}
