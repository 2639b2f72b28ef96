import { type Context, kernelFrom, kernelsFrom, type Pool } from '@shoal/core'

/** What the types of module kernels must say: this file only has to compile. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const check = <A, B>(_: Same<A, B>): void => {}

export async function types(pool: Pool): Promise<void> {
  const url = new URL('./fixtures/labels.js', import.meta.url)
  const kernels = kernelsFrom<typeof import('./fixtures/labels.js')>(url)

  // Functions only, each with its own type.
  check<keyof typeof kernels, 'label' | 'concatenate' | 'later' | 'generate' | 'default'>(true)
  const label: (chunk: never, suffix: string) => string[] = kernels.label

  // Arguments and results come from the module.
  const labels = await pool.forChunks(10, kernels.label, { combine: kernels.concatenate, args: ['!'] })
  check<typeof labels, string[]>(true)
  // @ts-expect-error the suffix is a string
  await pool.forChunks(10, kernels.label, { combine: kernels.concatenate, args: [3] })
  // @ts-expect-error a result needs combine
  await pool.forChunks(10, kernels.label, { args: ['!'] })
  // @ts-expect-error async kernels are for run and broadcast
  await pool.spmd(kernels.later)

  // One function, by its own type.
  const count = kernelFrom<typeof import('./fixtures/labels.js').default>(url)
  const total = await pool.forChunks(10, count, { combine: (a, b) => a + b })
  check<typeof total, number>(true)
  const rank = kernelFrom<(ctx: Context) => number>(url, 'rank')
  check<Awaited<ReturnType<typeof pool.spmd<[], number>>>, number[]>(true)
  await pool.spmd(rank)

  // @ts-expect-error a type that is no function
  kernelFrom<number>(url, 'VERSION')
  // @ts-expect-error what is exported but is no function
  kernels.VERSION
  // @ts-expect-error kernels can not be replaced
  kernels.label = label
}
