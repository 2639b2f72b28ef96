/** The readers that many workers never need, in one: loaded with the first of them. */
export { RecordReader } from './fixed-records.js'
export { RangeReader } from './range.js'
export { TextReader } from './text-reader.js'
