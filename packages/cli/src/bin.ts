#!/usr/bin/env node
import { main } from './main.js'

// A reader that goes away (`shoal … | head`) is no failure of ours; the write that meets it reports it.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

// Ends here even when the job file has left a timer or a socket open: a runner is done when its job is.
process.exit(await main(process.argv.slice(2)))
