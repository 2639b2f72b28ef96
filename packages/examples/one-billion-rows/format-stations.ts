import { RecordError } from '@shoal/core'
import { maxStations, nameOf, type Stations } from './station-table.js'

/**
 * The challenge's output: `{Abha=-23.0/18.0/59.2, …}`, sorted by UTF-16 code units as Java sorts strings.
 * @throws RecordError at the line that brings one station too many.
 */
export function formatStations(stations: Stations, path: string): string {
  const byteOffset = stations.firstLine[maxStations]
  if (stations.count > maxStations && byteOffset !== undefined) {
    throw new RecordError(`expected at most ${maxStations} different stations but found one more`, { path, byteOffset })
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const entries: { name: string; station: number }[] = []
  for (let station = 0; station < stations.count; station++) entries.push({ name: decoder.decode(nameOf(stations, station)), station })
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  return `{${entries.map(({ name, station }) => `${name}=${statistics(stations, station)}`).join(', ')}}`
}

function statistics({ min, max, sum, rows }: Stations, station: number): string {
  return [min[station]!, roundedMean(sum[station]!, rows[station]!), max[station]!].map(degrees).join('/')
}

/** The mean to the nearest integer, halves up as Java's `Math.round` has them: floor((2·sum + rows) / 2·rows), without a rounding on the way. */
function roundedMean(sum: number, rows: number): number {
  const numerator = 2 * sum + rows
  const denominator = 2 * rows
  const remainder = numerator % denominator
  return (numerator - remainder) / denominator - (remainder < 0 ? 1 : 0)
}

function degrees(tenths: number): string {
  const magnitude = Math.abs(tenths)
  return `${tenths < 0 ? '-' : ''}${Math.floor(magnitude / 10)}.${magnitude % 10}`
}
