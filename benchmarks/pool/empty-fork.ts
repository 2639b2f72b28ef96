/** A bare child process, for the time that a fork takes. */
process.on('message', () => process.exit(0))
process.send?.('ready')
