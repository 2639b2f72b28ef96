import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * Packages that are loaded in one, when something is done for which they are needed, and whose files a library would else load one by one: by
 * name, with where they lie and the programs that they find beside themselves. `require('NAME')` loads `NAME/main.js` of the bundles.
 */
export const PACKAGES = { piscina: { folder: 'dist', files: ['main.js', 'worker.js'], external: ['@napi-rs/nice'] } }

/** What a library depends on is installed beside it; what only its development depends on is taken into its bundles. */
export function dependenciesOf(folder) {
  return Object.keys(packageJsonOf(folder).dependencies)
}

/** The files of those packages, and what esbuild says of them. */
export async function bundlePackages(build, folder, target) {
  const { devDependencies } = packageJsonOf(folder)
  const built = Object.entries(PACKAGES)
    .filter(([name]) => name in devDependencies)
    .map(([name, { folder: place, files, external }]) =>
      build({
        entryPoints: files.map((file) => join(folder, 'node_modules', name, place, file)),
        outdir: join(target, name),
        write: false,
        metafile: true,
        bundle: true,
        // What the programs of a package have in common must be the same for both: piscina knows its own objects by symbols.
        splitting: true,
        chunkNames: 'shared-[hash]',
        external,
        format: 'esm',
        platform: 'node',
        target: 'node20',
        logLevel: 'silent',
      }),
    )
  return Promise.all(built)
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

function packageJsonOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
