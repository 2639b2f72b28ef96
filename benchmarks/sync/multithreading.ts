import { Barrier, initRuntime, Mutex, move, shutdown, spawn } from 'multithreading'
import { reportSeconds } from '../frame/report-seconds.js'

/** The barrier and the mutex of the package `multithreading`: `multithreading.js barrier|mutex COUNT`; seconds each. */
const [mode, text] = process.argv.slice(2)
const count = Number(text)

function meet(barrier: Barrier, phases: number): number {
  for (let i = 0; i < 1_000; i += 1) barrier.blockingWait()
  const start = performance.now()
  for (let i = 0; i < phases; i += 1) barrier.blockingWait()
  return (performance.now() - start) / phases
}

function lock(mutex: Mutex, locks: number): number {
  for (let i = 0; i < 10_000; i += 1) mutex.blockingLock().dispose()
  const start = performance.now()
  for (let i = 0; i < locks; i += 1) mutex.blockingLock().dispose()
  return (performance.now() - start) / locks
}

initRuntime({ maxWorkers: mode === 'barrier' ? 2 : 1 })
const barrier = new Barrier(2)
const tasks =
  mode === 'barrier' ? [spawn(move(barrier, count), meet), spawn(move(barrier, count), meet)] : [spawn(move(new Mutex(), count), lock)]
const results = await Promise.all(tasks.map((task) => task.join()))
shutdown()
const milliseconds = results.map((result) => (result.ok ? result.value : Number.NaN))
console.log('done')
reportSeconds({ work: Math.max(...milliseconds) / 1_000 })
