import { defineJob, range } from '@shoal/core'
import { chunk, combine } from './work.js'

/** From the shell, values are texts. */
const params = {
  '~standard': {
    validate: (given: unknown) => ({ value: { elements: Number((given as { elements: string }).elements) } }),
    types: undefined as { readonly output: { elements: number } } | undefined,
  },
}

/** The work of `pool.ts` as a job. */
export default defineJob({ name: 'work', params, input: ({ elements }) => range(elements), chunk, combine, finish: (sum) => sum })
