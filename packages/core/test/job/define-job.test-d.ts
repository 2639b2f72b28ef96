import { statSync } from 'node:fs'
import {
  defineJob,
  fileOutput,
  fixedRecords,
  type Job,
  range,
  recordsOutput,
  runJob,
  type StandardSchemaLike,
  type TextChunk,
  textRecords,
} from '@shoal/core'

declare const params: StandardSchemaLike<{ file: string; limit: number }>

const counted = defineJob({
  name: 'chunks',
  params,
  input: ({ file }) => textRecords(file),
  chunk: (chunk, { limit }) => {
    let n = 0
    for (const line of chunk.lines()) if (line.length > limit) n++
    return { n }
  },
  combine: (a, b) => ({ n: a.n + b.n }),
  finish: ({ n }) => `${n}`,
})
counted satisfies Job<{ file: string; limit: number }, string>

const views = defineJob({
  name: 'views',
  input: (xs: Float64Array<SharedArrayBuffer>) => xs,
  chunk: ({ view }) => view[0]!,
  combine: (a, b) => a + b,
  finish: (total) => total,
})
views satisfies Job<Float64Array<SharedArrayBuffer>, number>

const written = defineJob({
  name: 'records',
  input: (file: string) => textRecords(file),
  output: (file) => recordsOutput(`${file}.out`),
  chunk: (chunk) => [...chunk.lines()].join('\n'),
})
const { byteLength }: { byteLength: number } = await runJob(written, { params: 'x' })
byteLength satisfies number

const scaled = defineJob({
  name: 'files',
  params,
  outputs: ({ file }) => ({ scaled: fileOutput(`${file}.scaled`, statSync(file).size) }),
  input: ({ file }) => fixedRecords(file, { byteLength: 8 }),
  chunk: (chunk, { limit }, { outputs }) => {
    const out = outputs.scaled.view(Float64Array, chunk.start * 8, chunk.length)
    for (let i = 0; i < out.length; i++) out[i] = chunk.data.getFloat64(i * 8, true) * limit
  },
})
scaled satisfies Job<{ file: string; limit: number }, undefined>

const inPlace = defineJob({
  name: 'in place',
  outputs: (file: string) => ({ grid: fileOutput(file) }),
  input: (_, { outputs }) => outputs.grid.view(Float64Array),
  chunk: ({ view }) => {
    for (let i = 0; i < view.length; i++) view[i]! += 1
  },
  finish: () => 'done',
})
inPlace satisfies Job<string, string>

const program = defineJob({
  name: 'program',
  program: (context, steps: number) => {
    const from = (context.state as number | undefined) ?? 0
    for (let step = from; step < steps; step++) context.checkpoint(step + 1)
    return context.rank
  },
  finish: (ranks) => ranks.length,
})
program satisfies Job<number, number>

const staged = defineJob({
  name: 'stages',
  params,
  stages: [
    {
      name: 'mean',
      input: ({ file }) => textRecords(file),
      chunk: (chunk, { limit }) => chunk.length * limit,
      combine: (a, b) => a + b,
      finish: (total) => ({ mean: total }),
    },
    {
      input: (_, { previous }) => range(previous.mean),
      chunk: (chunk, _, { previous }) => chunk.length + previous.mean,
      combine: (a, b) => a + b,
      finish: (total, { limit }) => `${total} ${limit}`,
    },
  ],
})
staged satisfies Job<{ file: string; limit: number }, string>

const mixed = defineJob({
  name: 'stages of all kinds',
  params,
  outputs: ({ file }) => ({ grid: fileOutput(file) }),
  stages: [
    {
      program: (context, { limit }, { outputs }) => context.allReduce(outputs.grid.byteLength * limit, 'sum'),
      finish: (sums) => ({ sum: sums[0]! }),
    },
    {
      input: (_, { outputs }) => outputs.grid.view(Float64Array),
      chunk: ({ view }, _, { previous }) => {
        for (let i = 0; i < view.length; i++) view[i]! -= previous.sum
      },
    },
    {
      input: ({ file }, { previous }) => fixedRecords(file, { byteLength: (previous satisfies undefined) ?? 8 }),
      output: ({ file }) => recordsOutput(`${file}.records`),
      chunk: (chunk, { limit }) => `${chunk.data.byteLength} ${limit}`,
    },
    {
      input: (_, { previous }) => range(previous.byteLength),
      chunk: (chunk) => chunk.length,
      combine: (a, b) => a + b,
      finish: (total, _, { previous }) => `${total} in ${previous.path}`,
    },
  ],
})
mixed satisfies Job<{ file: string; limit: number }, string>

const copied = defineJob({
  name: 'records at the end',
  stages: [
    {
      input: (file: string) => textRecords(file),
      output: (file) => recordsOutput(`${file}.1`),
      chunk: (chunk) => [...chunk.lines()].join(),
      finish: (written) => written.byteLength,
    },
    {
      input: (_, { previous }) => range(previous),
      output: (file) => recordsOutput(`${file}.2`),
      chunk: (chunk) => `${chunk.start}`,
    },
  ],
})
copied satisfies Job<string, { path: string; byteLength: number }>

declare function lineCount(chunk: TextChunk): number
const named = defineJob({
  name: 'named',
  params,
  input: ({ file }) => textRecords(file),
  chunk: lineCount,
  combine: (a, b) => a + b,
  finish: (total) => `${total}`,
})
named satisfies Job<{ file: string; limit: number }, string>

defineJob({
  name: 'wrong',
  stages: [
    { input: () => range(3), chunk: (chunk) => chunk.length, combine: (a, b) => a + b, finish: (total) => ({ total }) },
    // @ts-expect-error stages get what the one before has made
    { input: (_, { previous }) => range(previous.sum), chunk: (chunk) => chunk.length, combine: (a, b) => a + b, finish: (n) => n },
  ],
})

// @ts-expect-error params are checked
await runJob(counted, { params: { file: 'a' } })
