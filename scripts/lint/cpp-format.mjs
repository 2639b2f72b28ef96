import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { format } from '@wasm-fmt/clang-format'
import { root } from '../setup/paths.mjs'
import { filesUnder } from '../setup/stamp.mjs'

/** C and C++ files that are not as `.clang-format` wants them; with `fix`, they are made so. */
export function checkCppFormat({ fix }) {
  const style = readFileSync(join(root, '.clang-format'), 'utf8')
  const isCpp = (name) => /\.(cc?|h)$/.test(name)
  const skip = ['node_modules', 'build', 'dist', 'dist-test']
  const files = ['packages', 'benchmarks'].flatMap((folder) => filesUnder(join(root, folder), isCpp, skip))
  return files.flatMap((path) => {
    const source = readFileSync(path, 'utf8')
    const formatted = format(source, path, style)
    if (formatted === source) return []
    if (!fix) return [`${relative(root, path)} is not formatted: run \`npm run lint -- --fix\``]
    writeFileSync(path, formatted)
    return []
  })
}
