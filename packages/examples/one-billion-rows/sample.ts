import { existsSync, rmSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SingleBar } from 'cli-progress'
import { Random } from './random.js'
import { stations as challengeStations, type Station } from './stations.js'

const sampleRows = 10_000_000
const blockBytes = 1 << 22
const longestLineBytes = 107

export interface SampleOptions {
  rows: number
  /** The same seed gives the same bytes. */
  seed?: number
  /** Defaults to the 413 stations of the challenge. */
  stations?: readonly Station[]
  onProgress?: (rows: number) => void
}

/**
 * Writes `rows` lines `station;temperature`: stations drawn evenly, temperatures normal about the station's mean with a deviation of 10 °C.
 * The file appears under its name only when it is complete.
 */
export async function generateSample(path: string, options: SampleOptions): Promise<void> {
  const { rows, seed = 1, stations = challengeStations, onProgress } = options
  const temporaryPath = `${path}.${process.pid}.tmp`
  const interrupted = (signal: NodeJS.Signals) => {
    rmSync(temporaryPath, { force: true })
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const file = await open(temporaryPath, 'w')
    try {
      for (const { block, rowsSoFar } of blocks(rows, seed, stations)) {
        await file.writeFile(block)
        onProgress?.(rowsSoFar)
      }
    } finally {
      await file.close()
    }
    await rename(temporaryPath, path)
  } catch (error) {
    await rm(temporaryPath, { force: true })
    throw error
  } finally {
    process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted)
  }
}

/** The generated sample in `cacheFolder`, written there by the first call, with a progress bar when stderr is a terminal. */
export async function ensureSample(cacheFolder: string, rows = sampleRows): Promise<string> {
  const path = join(cacheFolder, `measurements-${rows}.txt`)
  if (existsSync(path)) return path
  await mkdir(cacheFolder, { recursive: true })
  if (!process.stderr.isTTY) {
    await generateSample(path, { rows })
    return path
  }
  const bar = new SingleBar({
    format: 'Writing a sample of {total} rows {bar} {percentage} %',
    stream: process.stderr,
    gracefulExit: false,
  })
  bar.start(rows, 0)
  try {
    await generateSample(path, { rows, onProgress: (written) => bar.update(written) })
  } finally {
    bar.stop()
  }
  return path
}

function* blocks(rows: number, seed: number, stations: readonly Station[]): Generator<{ block: Uint8Array; rowsSoFar: number }> {
  const random = new Random(seed)
  const names = stations.map(({ name }) => Buffer.from(`${name};`))
  const means = Float64Array.from(stations, ({ mean }) => mean * 10)
  const block = new Uint8Array(blockBytes)
  let row = 0
  while (row < rows) {
    let length = 0
    for (; row < rows && length <= blockBytes - longestLineBytes; row++) {
      const station = random.below(stations.length)
      const name = names[station]!
      for (let i = 0; i < name.length; i++) block[length++] = name[i]!
      length = writeTenths(block, length, Math.round(means[station]! + random.normal() * 100))
    }
    yield { block: block.subarray(0, length), rowsSoFar: row }
  }
}

/** Writes `tenths`, clamped to ±99.9, with its line end; returns the index after it. */
function writeTenths(bytes: Uint8Array, start: number, tenths: number): number {
  let at = start
  const value = Math.min(999, Math.abs(tenths))
  if (tenths < 0) bytes[at++] = 0x2d
  if (value >= 100) bytes[at++] = 0x30 + Math.floor(value / 100)
  bytes[at++] = 0x30 + (Math.floor(value / 10) % 10)
  bytes[at++] = 0x2e
  bytes[at++] = 0x30 + (value % 10)
  bytes[at++] = 0x0a
  return at
}
