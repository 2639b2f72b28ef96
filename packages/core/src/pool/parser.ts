import * as acorn from 'acorn'
// @ts-expect-error: version 8 has no types; version 9 does not install on the first releases of Node 22.
import * as eslintScope from 'eslint-scope'
import type { Program } from 'estree'

/** What is used of eslint-scope. */
interface EslintScope {
  analyze(
    program: Program,
    options: { ecmaVersion: number; sourceType: 'module'; fallback: 'iteration' },
  ): { readonly globalScope: { readonly through: readonly { readonly identifier: { readonly name: string } }[] } }
}

/** Throws what does not parse. Module syntax, so strict. */
export function parseModule(text: string): Program {
  return acorn.parse(text, { ecmaVersion: 'latest', sourceType: 'module', ranges: true }) as Program
}

/** The names that the program leaves to its surroundings, once for each use. */
export function namesThrough(program: Program): string[] {
  const { globalScope } = (eslintScope as EslintScope).analyze(program, { ecmaVersion: 2026, sourceType: 'module', fallback: 'iteration' })
  return globalScope.through.map(({ identifier }) => identifier.name)
}
