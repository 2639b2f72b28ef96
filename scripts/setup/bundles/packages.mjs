import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What a library depends on is installed beside it; what only its development depends on is taken into its bundles. */
export function dependenciesOf(folder) {
  return Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies)
}

/** The licences of the packages that the bundles contain. */
export function noticesFor(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs))
  const packages = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [])
  const noticeOf = (path) => {
    const name = readdirSync(path).find((file) => /^licen[cs]e/i.test(file)) ?? 'README.md'
    return `# ${basename(path)}\n\n${readFileSync(join(path, name), 'utf8').trim()}\n`
  }
  return [...new Set(packages)].sort().map(noticeOf).join('\n')
}
