// One module for both kinds of workers: what both need is in one file with it.
export { startProcess } from './process.js'
export { thread } from './thread.js'
