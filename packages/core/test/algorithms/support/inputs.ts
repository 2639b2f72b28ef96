import type { TypedArray } from '@shoal/core'

type Constructor = { new (length: number): TypedArray; readonly name: string; readonly BYTES_PER_ELEMENT: number }

/** All element types of this runtime; Float16Array from Node 24 on. */
const everyType = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  ...('Float16Array' in globalThis ? [(globalThis as unknown as { Float16Array: Constructor }).Float16Array] : []),
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as unknown as readonly Constructor[]

/** Those that are tested: all, or what `SHOAL_TEST_TYPES` names. */
export const types = everyType.filter(({ name }) => process.env.SHOAL_TEST_TYPES?.split(',').includes(name) ?? true)

export const isBigInt = (type: { readonly name: string }): boolean => type.name.startsWith('Big')
export const isFloat = (type: { readonly name: string }): boolean => type.name.startsWith('Float')

const small = [0, 1, 2, 3, 7, 31, 32, 33, 1023, 1024, 1025, 2049, 4099]

/** Lengths around what kernels treat differently, and, where `large`, around the chunks of a region. */
export function lengthsOf(type: Constructor, large = false): readonly number[] {
  const chunk = (256 * 1024) / type.BYTES_PER_ELEMENT
  return large ? [...small, chunk, chunk + 1, 2 * chunk + 1021] : small
}

/** Numbers from 0 to 1, the same on every run: Marsaglia's xorshift. */
export function randomNumbers(seed = 1): () => number {
  let state = seed * 0x9e3779b1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

type Distribution = (length: number, next: () => number, type: Constructor) => (i: number) => number

const limits: Readonly<Record<string, readonly [number, number]>> = {
  Int8Array: [-128, 127],
  Uint8Array: [0, 255],
  Uint8ClampedArray: [0, 255],
  Int16Array: [-32_768, 32_767],
  Uint16Array: [0, 65_535],
  Int32Array: [-(2 ** 31), 2 ** 31 - 1],
  Uint32Array: [0, 2 ** 32 - 1],
  BigInt64Array: [-(2 ** 63), 2 ** 63 - 1025],
  BigUint64Array: [0, 2 ** 64 - 2049],
  Float16Array: [-65_504, 65_504],
  Float32Array: [-3.4e38, 3.4e38],
  Float64Array: [-Number.MAX_VALUE, Number.MAX_VALUE],
}

const wide: Distribution = (_, next) => () => (next() - 0.5) * 2000

/** Numbers, which a store converts to the element type. */
export const distributions: Readonly<Record<string, Distribution>> = {
  random: wide,
  sorted: (length) => (i) => i - length / 2,
  reversed: (length) => (i) => length / 2 - i,
  equal: () => () => 42.5,
  'few unique': (_, next) => () => Math.floor(next() * 4),
  'organ pipe': (length) => (i) => Math.min(i, length - i),
  extremes: (_, next, type) => () => limits[type.name]![next() < 0.5 ? 0 : 1],
  zeros: (_, next) => () => (next() < 0.5 ? -0 : 0),
  denormals: (_, next) => () => (next() - 0.5) * 1e-310,
  'NaN-laden': (_, next) => () => (next() < 0.01 ? Number.NaN : next()),
  infinities: (_, next) => () => (next() < 0.01 ? Number.POSITIVE_INFINITY : next() - 0.5),
}

export const floatsOnly: ReadonlySet<string> = new Set(['zeros', 'denormals', 'NaN-laden', 'infinities'])

export function fillWith(view: TypedArray, name: string, seed = 1): void {
  const type = view.constructor as unknown as Constructor
  const make = distributions[name]!(view.length, randomNumbers(seed), type)
  if (isBigInt(type)) {
    for (let i = 0; i < view.length; i++) view[i] = BigInt(Math.trunc(make(i)))
    return
  }
  // A loop that stores into views of all types is slow; `set` converts as a store does.
  const numbers = new Float64Array(view.length)
  for (let i = 0; i < numbers.length; i++) numbers[i] = make(i)
  ;(view as Float64Array).set(numbers)
}

/** Every distribution that says something about the type. */
export function distributionsOf(type: Constructor): readonly string[] {
  return Object.keys(distributions).filter((name) => isFloat(type) || !floatsOnly.has(name))
}

/**
 * Calls `check` for views of every type, length and distribution. They begin at odd multiples of the element's size, so that no vector is
 * aligned.
 */
export function forEachInput(check: (view: TypedArray, title: string) => void): void {
  for (const type of types) {
    const longest = lengthsOf(type, true).at(-1)!
    const room = new type(longest + 3)
    for (const [index, length] of lengthsOf(type, true).entries()) {
      const names = index < small.length ? distributionsOf(type) : ['random']
      for (const name of names) {
        const view = (room as Float64Array).subarray(1 + (length % 3), 1 + (length % 3) + length) as TypedArray
        fillWith(view, name)
        check(view, `${type.name}, ${length} elements, ${name}`)
      }
    }
  }
}
