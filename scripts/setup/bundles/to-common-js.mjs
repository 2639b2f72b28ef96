import { dirname, relative } from 'node:path'

/** What a bundle that asks for it knows of itself: where it is. */
const ABOUT_ITSELF = [
  "const __toUrl = (path) => require('node:url').pathToFileURL(path).href",
  'const __url = __toUrl(__filename), __resolve = (name) => __toUrl(require.resolve(name))',
]

/**
 * esbuild cuts only ES modules into chunks. Here they become CommonJS, with constants in the place of imports: what esbuild makes of imports
 * itself looks them up at every use. All that is exported has its value at the end of its file, and files do not import each other in circles.
 * Entries are named by where they are, which is found sooner than `#internal/…`. What is put before the first line is put on it, since it must
 * not move the others.
 */
export function toCommonJs(text, name) {
  const required = new Map()
  const as = /([\w$]+) as ([\w$]+)/g
  const body = withNamesOfClasses(text)
    // V8 keeps a text with a single character beyond ASCII, which esbuild leaves in comments only, in twice the memory.
    .replaceAll(/^\s*(\/\*|\*).*$/gm, (line) => line.replaceAll(/\P{ASCII}/gu, '?'))
    // To make another `require` takes a tenth of a millisecond.
    .replaceAll(/\bcreateRequire\d*\(__url\)/g, 'require')
    .replaceAll(/^import \{ createRequire(?: as createRequire\d+)? \} from "node:module";$/gm, '')
    .replaceAll(/(["'])#internal\//g, `$1${toRoot(name)}/`)
    // Not in texts of kernels, which are compiled by themselves.
    .replaceAll(/(?<=await |=> )import\((\w+|"[^"]*")\)(?!")/g, `require("${toRoot(name)}/load.js").importModule($1)`)
    .replaceAll(/^import (?:\* as )?([\w$]+|\{[^}]*\}) from (['"].+['"]);$/gm, (_, names, from) => {
      if (!required.has(from)) required.set(from, `__${required.size}`)
      return `const ${names.replaceAll(as, '$1: $2')} = ${required.get(from)};`
    })
    .replaceAll(/^import (["'].+["']);$/gm, 'require($1);')
    .replaceAll(/^export default (.+);$/gm, 'module.exports = $1;')
    .replaceAll(/^export (\{[^}]*\});$/gm, (_, names) => `module.exports = ${names.replaceAll(as, '$2: $1')};`)
  const requires = [...required].map(([from, name]) => `const ${name} = require(${from})`)
  const header = /\b__(url|resolve)\b/.test(body) ? ABOUT_ITSELF : []
  return ["'use strict'", ...requires, ...header, body].join(';')
}

/** `var Barrier = class _Barrier`, where a class speaks of itself: stacks, inspected objects and messages would show that name. */
function withNamesOfClasses(text) {
  const classes = [...text.matchAll(/^var ([\w$]+) = class (_\1)\b/gm)]
  return classes.reduce((changed, [, name, inner]) => changed.replaceAll(new RegExp(`(?<![\\w$.#])${inner}(?![\\w$])`, 'g'), name), text)
}

/** From the folder of an entry to that of the bundles. */
export function toRoot(name) {
  return relative(dirname(name), '.') || '.'
}
