import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Segment } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { canUnshare, skipLoudly } from '../support/machine.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { watchdog } from '../support/watchdog.js'

watchdog()
const test = suite('what runs out has its own error')
const program = fileURLToPath(new URL('./fixtures/limited.js', import.meta.url))
const isRoot = process.getuid!() === 0
const nobody = 65534
const nobodysRegistry = `/dev/shm/shoal-nobody-${process.pid}`
test.after(() => rmSync(nobodysRegistry, { recursive: true, force: true }))

/** Runs one case of the program under a shell script that ends in `exec "$@"`. */
function run(script: string, ...args: string[]): void {
  const { status, signal, stderr } = spawnSync('sh', ['-c', `${script} exec "$@"`, 'sh', process.execPath, program, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.is(signal ?? status, 0, stderr)
}

function runInNamespace(flags: string[], script: string, name: string): void {
  const command = [...flags, 'sh', '-c', `${script} && exec "$@"`, 'sh', process.execPath, program, name]
  const { status, signal, stderr } = spawnSync('unshare', command, { encoding: 'utf8', timeout: 60_000 })
  assert.is(signal ?? status, 0, stderr)
}

if (canUnshare('--mount')) {
  test('a /dev/shm of 64 MiB, as in Docker: posix segments beyond it are refused, anonymous ones are not bound by it', () => {
    runInNamespace(['--mount'], 'mount -t tmpfs -o size=64m none /dev/shm', 'full /dev/shm')
  })
  test('a /dev/shm without a limit, which says that it has no blocks', () => {
    runInNamespace(['--mount'], 'mount -t tmpfs -o size=0 none /dev/shm', 'boundless /dev/shm')
  })
  test('a registry on a file system that is full', () => {
    const folder = temporaryFolder()
    runInNamespace(['--mount'], `mount -t tmpfs -o size=4k,mode=700 none '${folder}' && export SHOAL_REGISTRY='${folder}'`, 'full registry')
  })
  test('a file system that is read-only', () => {
    const script = 'mount -t tmpfs none /dev/shm && echo AB > /dev/shm/shoal-there && mount -o remount,ro /dev/shm'
    runInNamespace(['--mount'], script, 'read-only file system')
  })
} else skipLoudly('a /dev/shm of 64 MiB', 'needs a mount namespace')

if (canUnshare('--ipc')) {
  test('as many System V segments as there may be', () => {
    runInNamespace(['--ipc'], 'echo 1 > /proc/sys/kernel/shmmni', 'shmmni')
  })
  test('a System V segment larger than one may be', () => {
    runInNamespace(['--ipc'], 'echo 4096 > /proc/sys/kernel/shmmax', 'shmmax')
  })
} else skipLoudly('limits of System V', 'needs an IPC namespace')

test('all descriptors in use', () => {
  run('ulimit -n 100;', 'descriptors in use')
})

test('descriptors of segments that were only dropped come back', () => {
  run('ulimit -n 100;', 'descriptors of dropped segments')
})

if (Number.parseInt(process.versions.node, 10) < 22) {
  test('all mappings in use, and those of dropped segments', () => {
    run('', 'mappings in use')
  })
} else skipLoudly('all mappings in use', 'this Node maps a segment once, however often it is opened')

test('files, and so memory, larger than this process may make them', () => {
  run('ulimit -f 100;', 'file size')
})

test('no address space left', () => {
  run('ulimit -v 2200000;', 'address space')
})

const controlGroups = [
  { version: 1, root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes' },
  { version: 2, root: '/sys/fs/cgroup', limit: 'memory.max' },
]
for (const { version, root, limit } of controlGroups) {
  const name = `more memory than the control group (version ${version}) has left`
  const group = join(root, `shoal-test-${process.pid}`)
  if (!canLimit(group, limit)) skipLoudly(name, 'needs root, and the memory controller in that version')
  else {
    test(`${name} is refused before the kernel kills`, () => {
      mkdirSync(group)
      try {
        writeFileSync(join(group, limit), String(400 * 2 ** 20))
        run(`echo $$ > ${group}/cgroup.procs;`, 'cgroup', join(temporaryFolder(), 'cached'))
      } finally {
        rmdirSync(group)
      }
    })
  }
}

/** Whether a new group there has the file that limits memory. */
function canLimit(group: string, limit: string): boolean {
  try {
    mkdirSync(group)
    const can = existsSync(join(group, limit))
    rmdirSync(group)
    return can
  } catch {
    return false
  }
}

const copy = temporaryFolder()
chmodSync(copy, 0o755)
if (isRoot && canNobodySee(copy)) {
  test("another user's segments may not be opened, locked memory has its limit", () => {
    const readable = copyForEverybody(copy)
    const secret = join(copy, 'secret')
    writeFileSync(secret, 'secret!!', { mode: 0o600 })
    const name = `shoal-secret-${process.pid}`
    const key = randomInt(1, 2 ** 31)
    using _posix = Segment.create({ kind: 'posix', name, byteLength: 8 })
    using _sysv = Segment.create({ kind: 'sysv', key, byteLength: 8 })
    runAsNobody(readable, 'no permission', secret, name, String(key))
    runAsNobody(readable, 'memlock')
  })

  test('a descriptor of a process that may not be looked into says so', () => {
    const readable = copyForEverybody(copy)
    using segment = Segment.create({ kind: 'anonymous', byteLength: 8 })
    runAsNobody(readable, 'hidden process', JSON.stringify(segment.descriptor))
  })
} else skipLoudly("another user's segments, locked memory", 'needs root to become somebody else, who may use Node and read temporary files')

function canNobodySee(folder: string): boolean {
  const code = `require('node:fs').readdirSync(${JSON.stringify(folder)})`
  return spawnSync(process.execPath, ['--eval', code], { uid: nobody, gid: nobody, cwd: '/' }).status === 0
}

/** The program and what it imports, where any user may read it. */
function copyForEverybody(folder: string): string {
  const packages = fileURLToPath(new URL('../../..', import.meta.url))
  const target = join(folder, 'packages')
  if (!existsSync(target)) {
    for (const path of [
      'core/bundle',
      'core/dist-test/memory',
      'core/dist-test/support',
      'core/package.json',
      'native/bundle',
      'native/build/Release/shoal_native.node',
      'native/package.json',
    ]) {
      cpSync(join(packages, path), join(target, path), { recursive: true })
    }
    cpSync(realpathSync(join(packages, 'native/node_modules/node-gyp-build')), join(target, 'native/node_modules/node-gyp-build'), {
      recursive: true,
      dereference: true,
    })
    mkdirSync(join(target, 'core/node_modules/@shoal'), { recursive: true })
    cpSync(join(target, 'native'), join(target, 'core/node_modules/@shoal/native'), { recursive: true })
    spawnSync('chmod', ['-R', 'a+rX', folder])
  }
  return join(target, 'core/dist-test/memory/fixtures/limited.js')
}

function runAsNobody(readable: string, ...args: string[]): void {
  const { status, signal, stderr } = spawnSync('sh', ['-c', 'ulimit -l 64; exec "$@"', 'sh', process.execPath, readable, ...args], {
    uid: nobody,
    gid: nobody,
    env: { ...process.env, SHOAL_REGISTRY: nobodysRegistry },
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.is(signal ?? status, 0, stderr)
}

test.run()
