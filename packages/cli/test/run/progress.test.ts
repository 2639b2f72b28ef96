import type { JobProgress } from '@shoal/core/job'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { progressFacts, progressName } from '../../dist/run/progress-facts.js'

const test = suite('progress')
const progress: JobProgress = {
  done: 600e6,
  total: 2e9,
  chunks: 30,
  totalChunks: 100,
  retries: 0,
  elapsedMs: 500,
  stage: 0,
  stages: 1,
  counts: 'bytes',
  resumed: 0,
  skipped: 0,
  memoryBytes: 0,
}

test('says rate, time left, chunks and workers', () => {
  assert.is(progressFacts(progress, 4), '1.2 GB/s, 1.2 s left, 30 of 100 chunks, 4 workers')
})

test('rate and time left are those of this run alone', () => {
  assert.is(progressFacts({ ...progress, resumed: 500e6 }, 1), '200 MB/s, 7.0 s left, 30 of 100 chunks, 1 worker')
})

test('says what went wrong, and nothing that is not known', () => {
  assert.is(
    progressFacts({ ...progress, counts: 'elements', retries: 2, skipped: 1 }, undefined),
    '1.2 G/s, 1.2 s left, 30 of 100 chunks, 2 retries, 1 skipped',
  )
  assert.is(progressFacts({ ...progress, done: 0, elapsedMs: 0, totalChunks: 0, retries: 1 }, 2), '2 workers, 1 retry')
})

test('counts the steps of a program', () => {
  const steps: JobProgress = { ...progress, counts: 'steps', done: 12, total: 0, chunks: 0, totalChunks: 1 }
  assert.is(progressFacts(steps, 2), '24 /s, 12 steps, 2 workers')
})

test('names the stage where there are several', () => {
  assert.is(progressName('job', progress), 'job')
  assert.is(progressName('job', { ...progress, stage: 1, stages: 3 }), 'job 2/3')
})

test.run()
