import { ShoalError } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionOf, kernelReference } from '#internal/pool/kernel-reference.js'
import type { SourceKernel } from '#internal/protocol/index.js'

const outside = 3
declare const free: number
declare const cov_1a2b3c: () => { s: number[] }
declare const __vite_ssr_import_0__: { readFile: () => number }
declare const __name: <T>(value: T, name: string) => T

function read(kernel: unknown): SourceKernel {
  return definitionOf(kernelReference('kernel', kernel)) as SourceKernel
}

function refusal(kernel: unknown): ShoalError {
  try {
    kernelReference('kernel', kernel)
  } catch (error) {
    if (error instanceof ShoalError) return error
    throw error
  }
  return assert.unreachable(`${kernel} was not refused`) as never
}

/** The function that a source describes when it stands alone. */
function revive(kernel: unknown): (...args: unknown[]) => unknown {
  return new Function(`'use strict';return (${read(kernel).text}\n)`)() as (...args: unknown[]) => unknown
}

const kernels = suite('kernelReference')

kernels('is the same for the same function, and for equal sources', () => {
  const make = () => (x: number) => x + 1
  const first = make()
  assert.is(kernelReference('kernel', first), kernelReference('kernel', first))
  assert.is(kernelReference('kernel', first), kernelReference('kernel', make()))
  assert.is.not(
    kernelReference('kernel', first),
    kernelReference('kernel', (x: number) => x + 2),
  )
})

kernels('takes functions in all their forms as expressions', () => {
  const name = 'computed name'
  const object = {
    method(x: number) {
      return x + 1
    },
    [name]: (x: number) => x + 2,
    [Symbol.iterator](x: number) {
      return x + 3
    },
    async later(x: number) {
      return x + 4
    },
  }
  class Holder {
    static 'odd name'(x: number) {
      return x + 5
    }
    instance(x: number) {
      return x + 6
    }
  }
  assert.is(revive(object.method)(1), 2)
  assert.is(revive(object[name])(1), 3)
  assert.is(revive(object[Symbol.iterator])(1), 4)
  assert.is(read(object.later).isAsync, true)
  assert.is(revive(Holder['odd name'])(1), 6)
  assert.is(revive(Holder.prototype.instance)(1), 7)
  assert.is(revive((x: number) => x /* comment */)(1), 1)
})

kernels('names what its source leaves to its surroundings, once each', () => {
  assert.equal(read((x: number) => outside + outside * x + free).freeNames, ['outside', 'free'])
  assert.equal(read((x: number) => Math.sqrt(x)).freeNames, ['Math'])
  assert.equal(read((x: { y: number }, { z } = { z: 1 }) => ({ x, y: x.y, z })).freeNames, [])
})

kernels('does not count names of its own: parameters, hoisted, of classes, of catches, labels, arguments', () => {
  const source = `return function kernel(a, b = a, { c, d: [e] = [] } = {}, ...rest) {
    label: for (const k of rest) { if (later(k)) continue label }
    try { hoisted = arguments.length } catch ({ message: m }) { return m }
    class Shape { static made = c; area() { return Shape.made + e + b } }
    var hoisted
    return kernel.length + new Shape().area()
    function later(x) { return x }
  }`
  assert.equal(read(new Function(source)()).freeNames, [])
})

kernels('does not count a name that the kernel itself looks for by typeof', () => {
  assert.equal(read(() => (typeof free === 'number' ? free : 0)).freeNames, [])
})

kernels("does not count the helper of esbuild's keepNames", () => {
  assert.equal(read((x: number) => __name((y: number) => y, 'inner')(x)).freeNames, [])
})

kernels('allows what a nested function or class has of its own', () => {
  const source = `return (x) => {
    function Point() { this.x = new.target ? x : 0 }
    class Base { field = this; static { this.made = 1 } }
    class Shape extends Base { constructor() { super(); this.x = x } get y() { return super.field } }
    return { p: new Point(), s: new Shape(), o: { m() { return this } } }
  }`
  assert.equal(read(new Function(source)()).freeNames, [])
})

kernels('passes syntax that the parser does not know unchecked, if V8 knows it', () => {
  const kernel = new Function('x', 'return x + 1 <!-- of the web\n')
  assert.equal(read(kernel).freeNames, [])
  assert.is(revive(kernel)(1), 2)
})

kernels('refuses what is no function with the name of the parameter', () => {
  assert.throws(() => kernelReference('combine', 42), /Expected a function for combine but received 42/)
})

const refusals: [title: string, kernel: unknown, code: string, message: RegExp][] = [
  ['a native function', Math.max, 'SHOAL_KERNEL_NO_SOURCE', /kernel max .*native or bound.*arrow function/],
  ['a bound function', ((x: number) => x).bind(null), 'SHOAL_KERNEL_NO_SOURCE', /native or bound/],
  ['a class', class Shape {}, 'SHOAL_KERNEL_NO_SOURCE', /kernel Shape .*is a class/],
  [
    'an accessor',
    Object.getOwnPropertyDescriptor(
      {
        get a() {
          return 1
        },
      },
      'a',
    )?.get,
    'SHOAL_KERNEL_NO_SOURCE',
    /stand alone.*kernelsFrom/,
  ],
  ['what strict mode does not allow', new Function('return 010'), 'SHOAL_KERNEL_NO_SOURCE', /strict mode/],
  [
    'a source that takes more than a message as JSON',
    new Function(`return "${'\u0001'.repeat(60_000)}"`),
    'SHOAL_KERNEL_TOO_LARGE',
    /\d+ bytes of source as JSON, more than 196608/,
  ],
  ['a generator', function* generate() {}, 'SHOAL_KERNEL_GENERATOR', /kernel generate .*generator/],
  [
    'this',
    function self(this: { x: number }) {
      return this.x
    },
    'SHOAL_KERNEL_CONTEXT',
    /kernel self .*uses this.*args.*kernelsFrom/,
  ],
  [
    'this in an arrow of its own',
    function self(this: unknown) {
      return () => this
    },
    'SHOAL_KERNEL_CONTEXT',
    /uses this/,
  ],
  [
    'super',
    {
      method() {
        return super.toString()
      },
    }.method,
    'SHOAL_KERNEL_CONTEXT',
    /kernel method .*uses super/,
  ],
  [
    'new.target',
    function made() {
      return new.target
    },
    'SHOAL_KERNEL_CONTEXT',
    /uses new\.target/,
  ],
  ['import.meta', () => import.meta.url, 'SHOAL_KERNEL_CONTEXT', /uses import\.meta/],
  [
    'import.meta in a nested function',
    () =>
      function nested() {
        return import.meta.url
      },
    'SHOAL_KERNEL_CONTEXT',
    /uses import\.meta/,
  ],
  [
    'coverage counters',
    (x: number) => {
      cov_1a2b3c().s[0]!++
      return x
    },
    'SHOAL_KERNEL_INSTRUMENTED',
    /coverage.*c8.*kernelsFrom/,
  ],
  ['an import under vite', () => __vite_ssr_import_0__.readFile(), 'SHOAL_KERNEL_IMPORT', /import of its file.*__vite_ssr_import_0__/],
  ['more source than goes in a message', new Function(`return "${'x'.repeat(70_000)}"`), 'SHOAL_KERNEL_TOO_LARGE', /65536.*kernelsFrom/],
]
for (const [title, kernel, code, message] of refusals) {
  kernels(`refuses ${title}`, () => {
    const error = refusal(kernel)
    assert.is(error.code, code)
    assert.match(error.message, message)
  })
}

kernels('says in which file and line the kernel was given', () => {
  assert.match(refusal(() => import.meta.url).message, /^The kernel \(.*kernel-reference\.test\.[jt]s:\d+:\d+\) uses/)
})

kernels.run()
