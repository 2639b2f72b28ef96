// Workers import this module: every kernel is exported here under its own name, and nothing here imports the pool.
export { chunkLengthOf } from './chunk-length.js'
export { type ElementType, elementTypeOf, typeNameOf } from './element-types.js'
export { fillStretch } from './fill.js'
export { type Reduction, reduceAlone } from './reduction.js'
export type { Stretch } from './stretch.js'
export {
  addCompensatedTotals,
  addTotals,
  addWholeTotals,
  compensatedSum,
  floatSum,
  sumStretch,
  sumStretchCompensated,
  type Total,
  wholeSum,
} from './sum.js'
