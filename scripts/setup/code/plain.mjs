import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'

// `plain.mjs LOAD FILES…`: the code of files of a bundle as V8 makes it when it loads them, with none of their functions.
const [load, ...files] = process.argv.slice(2).map((path) => resolve(path))
const { codeOf, scriptOf } = createRequire(import.meta.url)(load)
for (const path of files) {
  mkdirSync(dirname(codeOf(path)), { recursive: true })
  writeFileSync(codeOf(path), scriptOf(path).createCachedData())
}
