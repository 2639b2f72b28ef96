export { fill } from './fill.js'
export type { AlgorithmOptions, InPlaceOptions } from './options.js'
export { type SumOptions, sum } from './sum.js'
