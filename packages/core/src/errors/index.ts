export { checkAbortSignal, checkBoolean, checkFunction, checkOptions, requireOptions } from './check.js'
export { otherCopies } from './copies.js'
export { expectedRange, expectedType, InWords } from './expected.js'
export { ShoalError, type ShoalErrorCode, type ShoalErrorOptions } from './shoal-error.js'
