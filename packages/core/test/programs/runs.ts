/** How a program is run: sizes made smaller, what it finds around it, and what it prints at its end. */
export interface Run {
  /** `[as written, as run]`; each must be there. */
  readonly smaller?: readonly (readonly [string, string])[]
  /** Files in its folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** What is global in its process and in its workers. */
  readonly globals?: string
  /** Statements before its first. */
  readonly before?: string
  /** An expression after its last statement. */
  readonly result: string
  readonly expected: unknown
}

const doubles = Float64Array.from({ length: 1000 }, (_, i) => (i % 100) / 100)

export const runs: Readonly<Record<string, Run>> = {
  '01-image': {
    smaller: [['w = 4096, h = 4096', 'w = 64, h = 48']],
    result: '[r.length, r[0]]',
    expected: [12_288, 0],
  },
  '02-wordcount': {
    files: { 'logs/1.log': 'ERROR one\nfine\n', 'logs/2.log': 'ERROR two ERROR\n', 'a.log': '1\n2\n', 'b.log': '3\n' },
    result: '[n, perChunk]',
    expected: [3, 3],
  },
  '03-kmeans': {
    smaller: [
      ['n = 10_000_000', 'n = 2000'],
      ['k, 100]', 'k, 5]'],
    ],
    result: 'new Set(iters).size',
    expected: 1,
  },
  '04-sort': {
    // What does not compile is refused when it runs, too.
    smaller: [
      ['await sort(pool, ro)', ''],
      ['await sort(pool, new Float64Array(10))', ''],
    ],
    files: { 'xs.f64': new Uint8Array(doubles.buffer) },
    result: '[total, q1, med, q3, p99, b, counts.length, edges.length].map(Number)',
    // As numpy computes them.
    expected: [495, 0.2475, 0.495, 0.7424999999999999, 0.9800999999999999, 0, 100, 101],
  },
  '05-cron': {
    smaller: [["'/var/lib/x'", "'checkpoint'"]],
    files: { a: 'one\nthree\n' },
    before: "globalThis.z = { object: () => ({ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }) }",
    result: 's',
    expected: '1 over 3',
  },
  '06-server': {
    before: `
      import http from 'node:http'
      import { syncBuiltinESMExports } from 'node:module'
      const { createServer: original } = http
      let server
      http.createServer = (listener) => (server = original(listener))
      syncBuiltinESMExports()`,
    result: `await new Promise((resolve) => server.listen(0, resolve)).then(async () => {
      const response = await fetch('http://localhost:' + server.address().port, { method: 'POST', body: new Uint8Array(300).fill(7) })
      const bytes = new Uint8Array(await response.arrayBuffer())
      server.close()
      return [bytes.length, bytes[0]]
    })`,
    expected: [200, 7],
  },
  '07-groupby': {
    smaller: [['n = 50_000_000', 'n = 5000']],
    result: '[g.length, k0.length, Number(last[0]), tot[0]]',
    expected: [1, 1, 0, 0],
  },
  '08-python': {
    smaller: [["'prices'", "'prices-' + process.pid"]],
    result: 'created',
    expected: true,
  },
  '09-stencil': {
    smaller: [['W = 4000, H = 4000', 'W = 40, H = 30']],
    result: 'a.every((x) => x === 0)',
    expected: true,
  },
  '10-misc': {
    smaller: [
      ['pool.reduce(1e8,', 'pool.reduce(1e5,'],
      ['(i + 0.5) / 1e8', '(i + 0.5) / 1e5'],
      // A statement about types: a number does not go into a view of bigints, and the kernel throws as the plain loop would.
      ['await pool.map(xs, (x) => x, { into: big })', 'await pool.map(xs, (x) => BigInt(x), { into: big })'],
      // Its ten counters are not enough for a thousand indices.
      ['Atomics.add(h, i, 1)', 'Atomics.add(h, i % 10, 1)'],
    ],
    result: '[s, Number(sb), st.n, (pi / 1e5).toFixed(6), five, pids.length === pool.size, bi === big, hits[3], xs[0] === pool.size]',
    expected: [0, 0, 1000, '3.141593', 5, true, true, 100, true],
  },
  '11-types': {
    smaller: [["import('./kernels.js')>('x')", "import('./kernels.js')>(new URL('./kernels.js', import.meta.url))"]],
    files: { x: 'a line\n' },
    // A statement about types, in kernels too.
    globals: 'globalThis.is = () => {}',
    result: '[m, [...t], r[0]]',
    expected: [{ n: 3, s: 'x' }, [0], 'a'],
  },
}
