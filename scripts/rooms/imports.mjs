// One alternative a token, so that a quote in a comment or a comment mark in a string is not mistaken for its own.
const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g

const statement = /\b(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])(?<from>[^'"]+)\1/g
const bare = /\bimport\s*(['"])(?<from>[^'"]+)\1/g
const call = /\b(?:import|require|resolve)\s*\(\s*(['"])(?<from>[^'"]+)\1/g

/**
 * The module names that a TypeScript source imports or re-exports, types included, in whatever form. Comments do not count; neither does
 * `new URL(…)`, by which an entry point is reached without being loaded.
 * @param {string} source
 * @returns {string[]}
 */
export function importsOf(source) {
  const code = source.replace(tokens, (token) => (token.startsWith('/') ? ' ' : token))
  return [statement, bare, call].flatMap((form) => [...code.matchAll(form)].map(({ groups }) => groups.from))
}
