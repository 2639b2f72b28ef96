import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'
import { checkOfOrder, fillMixed, numberTypes } from './mixed.js'

/** What JavaScript has itself, on one thread: `built-in.js OPERATION COUNT`. */
const [operation = '', count = ''] = process.argv.slice(2)
const n = Number(count)
const xs = new Float64Array(operation === 'small' ? 1000 : operation.startsWith('sort-') ? 0 : n)
for (let i = 0; i < xs.length; i++) xs[i] = i % 1000

function sum(): number {
  let total = 0
  for (let i = 0; i < xs.length; i++) total += xs[i]!
  return total
}

function min(): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < xs.length; i++) least = Math.min(least, xs[i]!)
  return least
}

async function small(): Promise<[number, number]> {
  let total = 0
  for (let call = 0; call < 20_000; call++) total = sum()
  const start = performance.now()
  for (let call = 0; call < n; call++) total = sum()
  return [(performance.now() - start) / 1000 / n, total]
}

async function sorted(type: keyof typeof numberTypes): Promise<[number, number]> {
  const input = fillMixed(new numberTypes[type](n))
  const numbers = input.slice()
  const [seconds] = await medianSeconds(() => numbers.sort(), { runs: 5, warmUp: 2, before: () => numbers.set(input) })
  return [seconds, checkOfOrder(numbers)]
}

const operations: Record<string, () => Promise<[number, number]>> = {
  sum: () => medianSeconds(sum),
  min: () => medianSeconds(min),
  small,
  'sort-f64': () => sorted('f64'),
  'sort-i32': () => sorted('i32'),
  'sort-u32': () => sorted('u32'),
}
const [work, result] = await operations[operation]!()
console.log(result)
reportSeconds({ work })
