import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cache, root } from './paths.mjs'
import { hashContents, Stamp } from './stamp.mjs'
import { runTool, SetupError, say } from './tool.mjs'

const tools = join(cache, 'tools')
const stamp = new Stamp('dependencies')
const network = 'Check the connection to the package registry, then run the same command again: it goes on from here.'

/** Installs what the lock file names, with the pnpm that `packageManager` pins. */
export const dependencies = {
  title: 'installing dependencies',

  isDone() {
    return stamp.read().inputs === inputs() && missing().length === 0
  },

  async run() {
    stamp.clear()
    await ensurePnpm()
    await install()
    if (missing().length > 0) {
      // pnpm believes its own records in node_modules: without them it links everything anew.
      for (const manifest of manifests()) rmSync(join(dirname(manifest), 'node_modules'), { recursive: true, force: true })
      await install()
    }
    if (missing().length > 0) throw new SetupError(`pnpm finished, but these dependencies are not there: ${missing().join(', ')}.`)
    stamp.write({ inputs: inputs() })
  },
}

function install() {
  const pnpm = join(tools, 'node_modules/pnpm/bin/pnpm.cjs')
  const args = ['install', '--frozen-lockfile', '--ignore-scripts', '--reporter=append-only', '--loglevel=warn']
  // CI: pnpm asks no questions.
  return runTool(process.execPath, [pnpm, ...args], { env: { ...process.env, CI: 'true' }, advice: network })
}

/** The manifests of the workspace, as pnpm-workspace.yaml lists them. */
function manifests() {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name))
  return ['.', ...packages, 'benchmarks'].map((folder) => join(root, folder, 'package.json')).filter((path) => existsSync(path))
}

function inputs() {
  return hashContents([join(root, 'pnpm-lock.yaml'), join(root, 'pnpm-workspace.yaml'), ...manifests()])
}

/** Declared dependencies that cannot be reached, as `folder → name`. */
function missing() {
  const modules = existsSync(join(root, 'node_modules/.modules.yaml')) ? [] : ['node_modules/.modules.yaml']
  for (const manifest of manifests()) {
    const { dependencies: runtime = {}, devDependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
    for (const name of Object.keys({ ...runtime, ...devDependencies })) {
      const path = join(dirname(manifest), 'node_modules', name, 'package.json')
      if (!existsSync(path)) modules.push(path.slice(root.length))
    }
  }
  return modules
}

/**
 * npm fetches pnpm against a lock file of ours that carries the pinned hash, so that npm itself refuses any other tarball.
 * corepack is not used: old ones fail on its signature check.
 */
async function ensurePnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, version, hash] = /^pnpm@([\d.]+)\+sha512\.([0-9a-f]{128})$/.exec(packageManager)
  const integrity = `sha512-${Buffer.from(hash, 'hex').toString('base64')}`
  if (installedIntegrity() === integrity) return
  say(`fetching pnpm ${version}`)
  const wanted = { private: true, dependencies: { pnpm: version } }
  const lock = { lockfileVersion: 3, requires: true, packages: { '': wanted, 'node_modules/pnpm': { version, integrity } } }
  rmSync(tools, { recursive: true, force: true })
  mkdirSync(tools, { recursive: true })
  writeFileSync(join(tools, 'package.json'), JSON.stringify(wanted))
  writeFileSync(join(tools, 'package-lock.json'), JSON.stringify(lock))
  const args = ['ci', '--prefix', tools, '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  await runTool('npm', args, { cwd: tools, advice: network })
  if (installedIntegrity() !== integrity) throw new SetupError(`npm finished, but pnpm ${version} with the pinned hash is not in ${tools}.`)
}

/** npm writes this file last: it is there only after a complete installation. */
function installedIntegrity() {
  try {
    const lock = JSON.parse(readFileSync(join(tools, 'node_modules/.package-lock.json'), 'utf8'))
    return lock.packages['node_modules/pnpm'].integrity
  } catch {
    return undefined
  }
}
