/**
 * How `reduce`, `allReduce`, `scan` and `exscan` combine two values, always in the order of ranks.
 *
 * - `sum`, `product`: floats round at every step; integer elements wrap around (`Uint8ClampedArray` clamps); plain numbers are doubles.
 * - `min`, `max`: NaN wins over every number, and −0 is less than 0, as in `Math.min`.
 * - `and`, `or`, `xor`: bitwise; of plain numbers on 32-bit signed integers, as JavaScript's operators; not for elements that are floats.
 */
export type ReduceOp = 'sum' | 'product' | 'min' | 'max' | 'and' | 'or' | 'xor'
