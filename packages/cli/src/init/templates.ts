import { readFileSync } from 'node:fs'

/** What `shoal init` writes. */
export const job = `import { defineJob, textRecords } from '@shoal/core'
import * as v from 'valibot'

/** Counts the words of text files. Workers import this file, so what follows may use its imports. */
export default defineJob({
  name: 'count-words',
  params: v.object({
    file: v.pipe(v.string(), v.description('a text file, or a pattern such as logs/*.txt')),
    least: v.optional(v.pipe(v.number(), v.integer(), v.description('count words of at least this many characters')), 1),
  }),

  // What the input is. It is mapped, not read, and cut at ends of lines.
  input: ({ file }) => textRecords(file),

  // What is done with each part of it, in a worker.
  chunk: (chunk, { least }) => {
    let words = 0
    for (const line of chunk.lines()) for (const word of line.split(/\\s+/)) if (word.length >= least) words++
    return words
  },

  // How the results of neighbouring parts become one.
  combine: (a, b) => a + b,

  // What is printed.
  finish: (words, { least }) => ({ words, least }),
})
`

export const poem = `The shoal turns as one
and no fish gives the word.
`

export function packageJson(folder: string): string {
  const { version, dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
    dependencies: { valibot: string }
  }
  const description = {
    name:
      folder
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'job',
    private: true,
    type: 'module',
    dependencies: { '@shoal/cli': `^${version}`, '@shoal/core': `^${version}`, valibot: dependencies.valibot },
  }
  return `${JSON.stringify(description, undefined, 2)}\n`
}
