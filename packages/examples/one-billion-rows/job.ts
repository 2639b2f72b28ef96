import { defineJob, textRecords } from '@shoal/core'
import * as v from 'valibot'
import { aggregateChunk } from './aggregate-chunk.js'
import { formatStations } from './format-stations.js'
import { mergeStations, totalRows } from './station-table.js'

/** The One Billion Row Challenge: least, mean and greatest temperature of every weather station in a file of `station;temperature` lines. */
export default defineJob({
  name: 'one-billion-rows',
  url: import.meta.url,
  params: v.object({ file: v.pipe(v.string(), v.nonEmpty('expected the path of a file')) }),
  input: ({ file }) => textRecords(file),
  chunk: aggregateChunk,
  combine: mergeStations,
  finish: (stations, { file }) => formatStations(stations, file),
  rows: totalRows,
})
