import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { reportSeconds } from '../frame/report-seconds.js'

/** Seconds until so many bare child processes have answered: `two-forks.js WORKERS`. */
const begun = performance.now()
const children = Array.from({ length: Number(process.argv[2] ?? 2) }, () => fork(fileURLToPath(new URL('empty-fork.js', import.meta.url))))
await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))))
const work = (performance.now() - begun) / 1000
await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve) && child.send('end'))))
console.log('done')
reportSeconds({ work })
