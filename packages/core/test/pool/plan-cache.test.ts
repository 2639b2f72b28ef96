import { allocate } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { PlanCache } from '#internal/pool/plan-cache.js'
import { resolveRegionOptions } from '#internal/pool/region-options.js'
import type { RegionSpec } from '#internal/pool/region-spec.js'

const test = suite('PlanCache')

/** Each a plan of its own. */
const plan = () => ({}) as RegionSpec

test('a key like the last one has its plan; views are the same where they lie in the same place', () => {
  const plans = new PlanCache()
  const { buffer } = allocate(Int32Array, 4)
  const kernel = () => 0
  const key = () => [new Int32Array(buffer, 0, 2), kernel, undefined, Number.NaN, 7]
  const first = plans.of(key(), plan)
  assert.is(plans.of(key(), plan), first)
  const others = [new Int32Array(buffer, 0, 1), new Int32Array(buffer, 4, 2), new Uint32Array(buffer, 0, 2), allocate(Int32Array, 2)]
  for (const other of others) {
    const before = plans.of(key(), plan)
    assert.is.not(plans.of([other, ...key().slice(1)], plan), before)
  }
  assert.is.not(plans.of(key().slice(1), plan), plans.of(key(), plan))
})

test('what is no view is the same only as itself', () => {
  const plans = new PlanCache()
  const first = plans.of([{ a: 1 }], plan)
  assert.is.not(plans.of([{ a: 1 }], plan), first)
  assert.is.not(plans.of([() => 0], plan), plans.of([() => 0], plan))
})

test('an spmd is the same by its kernels, what counts of its options, and its arguments as they were', () => {
  const plans = new PlanCache()
  const kernel = plans.referenceOf(() => 1)
  const other = plans.referenceOf(() => 2)
  const options = resolveRegionOptions({}, 4)
  const args = [1, 2]
  const call = { kernel, around: undefined, options, args }
  const first = plans.ofSpmd(call, plan)
  assert.is(plans.ofSpmd({ ...call, options: resolveRegionOptions({ timeoutMs: 5 }, 4), args: [1, 2] }, plan), first)
  args[1] = 3
  assert.is(plans.ofSpmd({ ...call, args: [1, 2] }, plan), first)
  const others = [{ args }, { kernel: other }, { around: other }, { options: resolveRegionOptions({ width: 3 }, 4) }]
  for (const different of others) {
    const before = plans.ofSpmd({ ...call, args: [1, 2] }, plan)
    assert.is.not(plans.ofSpmd({ ...call, args: [1, 2], ...different }, plan), before)
  }
})

test('a kernel has its reference, whichever was asked for last', () => {
  const plans = new PlanCache()
  const [kernel, other] = [() => 1, () => 2]
  const reference = plans.referenceOf(kernel)
  assert.is(plans.referenceOf(kernel), reference)
  assert.is.not(plans.referenceOf(other), reference)
  assert.is(plans.referenceOf(kernel), reference)
  assert.throws(() => plans.referenceOf('kernel'), TypeError)
  assert.is(plans.referenceOf(kernel), reference)
})

test('a plan that fails is not kept, and none once all is forgotten', () => {
  const plans = new PlanCache()
  assert.throws(() =>
    plans.of([1], () => {
      throw new RangeError('no plan')
    }),
  )
  const first = plans.of([1], plan)
  plans.forget()
  assert.is.not(plans.of([1], plan), first)
})

test.run()
