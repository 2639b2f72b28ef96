import type { Stretch } from '../kernels/index.js'
import type { TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor } from './check-view.js'
import { type IntoOptions, isSame, targetOf } from './into.js'
import { givenOptions, retryInPlace } from './options.js'
import { eachAlone, eachOn } from './run.js'

/** A kernel that stores as many elements as it reads: into the last of its arguments, or in place where that is undefined. */
type Kernel = (stretch: Stretch<TypedArray>, ...args: never[]) => void

/** The two forms of an algorithm that makes an element of each of `xs`, into `options.into` or a new view. */
export function transform(
  pool: Pool | undefined,
  xs: unknown,
  options: IntoOptions | undefined,
  kernel: Kernel,
  argsOf: (view: TypedArray) => readonly unknown[],
): TypedArray | Promise<TypedArray> {
  if (pool !== undefined) return transformOn(pool, xs, options, kernel, argsOf)
  const view = checkFor(pool, 'xs', xs)
  const args = argsOf(view)
  const into = targetOf(view, givenOptions<IntoOptions>(options).into, false)
  eachAlone(view, kernel as never, [...args, into])
  return into
}

async function transformOn(
  pool: Pool,
  xs: unknown,
  given: IntoOptions | undefined,
  kernel: Kernel,
  argsOf: (view: TypedArray) => readonly unknown[],
): Promise<TypedArray> {
  const options = givenOptions<IntoOptions>(given)
  const view = checkFor(pool, 'xs', xs) as TypedArray<SharedArrayBuffer>
  const args = argsOf(view)
  const into = targetOf(view, options.into, true)
  const retry = retryInPlace(options)
  if (isSame(into, view)) await eachOn(pool, view, kernel as never, [...args, undefined], options, retry)
  else await eachOn(pool, view, kernel as never, [...args, into], options, 'idempotent')
  return into
}
