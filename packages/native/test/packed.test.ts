import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildVariant, headers, packageFolder } from './support/build.js'
import { isMade, packed } from './support/builds.js'

const test = suite('the packed package')
const run = promisify(execFile)
if (!existsSync('/lib/ld-musl-x86_64.so.1')) console.error('SKIPPED: the packed package on musl (this machine has glibc only)')
const check = isMade(packed) ? test : test.skip
const project = mkdtempSync(join(tmpdir(), 'shoal-project-'))

test.after(() => rmSync(project, { recursive: true }))

check('prebuildify puts the binary of this platform into the tarball', async () => {
  const folder = await buildVariant(packed)
  const require = createRequire(join(packageFolder, 'package.json'))
  // prebuildify asks node-gyp to `rebuild`: what is compiled already, by the same commands, is not compiled again.
  const nodeGyp = join(folder, 'node-gyp')
  const script = `#!/bin/sh\nshift\nexec '${process.execPath}' '${require.resolve('node-gyp/bin/node-gyp.js')}' configure build "$@"\n`
  writeFileSync(nodeGyp, script, { mode: 0o755 })
  const [nodedir] = headers()
  const env = {
    ...process.env,
    PREBUILD_NODE_GYP: nodeGyp,
    ...(nodedir === undefined ? {} : { npm_config_nodedir: nodedir.slice('--nodedir='.length) }),
  }
  const prebuildify = require.resolve('prebuildify/bin.js')
  await run(process.execPath, [prebuildify, '--napi', '--strip', '--tag-libc'], { cwd: folder, env, timeout: 300_000 })
  assert.equal(readdirSync(join(folder, `prebuilds/linux-${process.arch}`)), ['@shoal+native.glibc.node'])
  await run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: folder })
  const [tarball] = readdirSync(project)
  const { stdout } = await run('tar', ['-tzf', join(project, tarball!)])
  const files = stdout.split('\n')
  for (const file of [
    'bundle/index.js',
    'dist/index.d.ts',
    'src/addon.cc',
    'binding.gyp',
    `prebuilds/linux-${process.arch}/@shoal+native.glibc.node`,
  ]) {
    assert.ok(files.includes(`package/${file}`), `${file} is packed`)
  }
  assert.not.ok(files.some((file) => file.startsWith('package/test') || file.startsWith('package/build/')))
})

check('it installs and runs in an empty project, with scripts disabled and no compiler', async () => {
  const tools = join(project, 'bin')
  mkdirSync(tools)
  for (const tool of ['node', 'npm', 'sh']) symlinkSync(await which(tool), join(tools, tool))
  const env = { PATH: tools, HOME: process.env.HOME, npm_config_ignore_scripts: 'true' }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  const tarball = readdirSync(project).find((file) => file.endsWith('.tgz'))!
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${tarball}`], { cwd: project, env, timeout: 60_000 })
  } catch (error) {
    if (!/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(String(error))) throw error
    return console.error('SKIPPED: installing the packed package (the npm registry cannot be reached)')
  }
  const program = `
    import { bufferOf, createAnonymous } from '@shoal/native'
    const view = new Float64Array(bufferOf(createAnonymous(800)))
    view[99] = 42
    console.log(view.buffer.constructor.name, view[99])
  `
  const { stdout } = await run('node', ['--input-type=module', '-e', program], { cwd: project, env })
  assert.is(stdout, 'SharedArrayBuffer 42\n')
})

async function which(tool: string): Promise<string> {
  if (tool === 'node') return process.execPath
  const { stdout } = await run('sh', ['-c', `command -v ${tool}`])
  return tool === 'npm' ? npmBesideNode(stdout.trim()) : stdout.trim()
}

/** npm is a script that finds its own files from where it lies: a link must lead to the real one. */
function npmBesideNode(found: string): string {
  return found === '' ? join(dirname(process.execPath), 'npm') : found
}

test.run()
