#!/usr/bin/env node
import { endProcess } from './end-process.js'
import { main } from './main.js'

// Ends here even when the job file has left a timer or a socket open: a runner is done when its job is.
endProcess(await main(process.argv.slice(2)))
