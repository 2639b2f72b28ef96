import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../setup/paths.mjs'

const addonSource = `#include <node_api.h>
NAPI_MODULE_INIT() { napi_value one; napi_create_int32(env, 1, &one); return one; }
`
const project = { extends: '../../tsconfig.base.json', compilerOptions: { rootDir: 'src', outDir: 'dist' }, include: ['src'] }

/** A fresh checkout in small: our scripts and dependencies as they are, one C++ file and two TypeScript files instead of the sources. */
export class Checkout {
  folder = mkdtempSync(join(tmpdir(), 'shoal-checkout-'))

  constructor() {
    const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
    const manifests = [...packages, 'benchmarks'].map((folder) => `${folder}/package.json`).filter((path) => existsSync(join(root, path)))
    const copied = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', 'tsconfig.base.json', 'scripts', ...manifests]
    for (const path of copied) cpSync(join(root, path), this.path(path), { recursive: true })
    this.write('packages/native/binding.gyp', JSON.stringify({ targets: [{ target_name: 'tiny', sources: ['src/tiny.cc'] }] }))
    this.write('packages/native/src/tiny.cc', addonSource)
    this.write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: 'packages/core' }] }))
    this.write('packages/core/tsconfig.json', JSON.stringify(project))
    this.write('packages/core/src/index.ts', `export { one } from './one.js'\n`)
    this.write('packages/core/src/one.ts', 'export const one = 1\n')
    this.write('scripts/setup/code/typical.mjs', '')
  }

  /** The outputs that a complete set-up leaves. */
  outputs = [
    'packages/native/build/Release/tiny.node',
    'packages/core/dist/index.js',
    'packages/core/dist/one.js',
    'packages/core/bundle/index.js',
    `packages/core/bundle/code/${process.versions.v8}-${process.arch}/index.jsc`,
  ]

  path(path) {
    return join(this.folder, path)
  }

  read(path) {
    return readFileSync(this.path(path), 'utf8')
  }

  write(path, text) {
    mkdirSync(dirname(this.path(path)), { recursive: true })
    writeFileSync(this.path(path), text)
  }

  remove(path) {
    rmSync(this.path(path), { recursive: true, force: true })
  }

  /** Runs the set-up and returns how it ended. */
  async setUp({ nodeArgs = [], env = process.env } = {}) {
    return this.start({ nodeArgs, env }).end
  }

  /** Starts the set-up in a process group of its own; `killWhen` kills the group when a path is there. */
  start({ nodeArgs = [], env = process.env } = {}) {
    const child = spawn(process.execPath, [...nodeArgs, this.path('scripts/setup.mjs')], {
      cwd: this.folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const text = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (part) => (text[name] += part))
    const end = once(child, 'close').then(([code]) => ({ code, ...text }))
    const killWhen = async (path) => {
      let over = false
      end.then(() => {
        over = true
      })
      while (!existsSync(this.path(path))) {
        if (over) throw new Error(`the set-up ended before ${path} was there: ${text.stderr}`)
        await sleep(5)
      }
      process.kill(-child.pid, 'SIGKILL')
      return end
    }
    return { end, killWhen }
  }

  /** A PATH with everything but `absent`. */
  pathWithout(absent) {
    const folder = this.path('bin')
    mkdirSync(folder, { recursive: true })
    for (const from of (process.env.PATH ?? '').split(delimiter).filter((entry) => existsSync(entry))) {
      for (const name of readdirSync(from)) {
        if (!absent.includes(name) && !existsSync(join(folder, name))) symlinkSync(join(from, name), join(folder, name))
      }
    }
    return folder
  }

  delete() {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
