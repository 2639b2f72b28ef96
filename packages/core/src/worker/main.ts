import { startProcess } from '#internal/worker/start.js'
import type { ProcessStart } from '../protocol/index.js'

// The program that the pool forks. All it does is in a module, so that nothing happens where that is only imported.
startProcess(JSON.parse(process.argv[2]!) as ProcessStart)
