export { ShoalError, type ShoalErrorCode } from './errors/index.js'
