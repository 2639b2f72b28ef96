import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { limits } from '@shoal/core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readLimits } from '#internal/memory/limits.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const test = suite('limits')

/** A folder that stands for `/`. */
function tree(files: Record<string, string>): string {
  const root = temporaryFolder()
  for (const [path, text] of Object.entries({
    'proc/sys/kernel/shmmax': '18446744073692774399',
    'proc/sys/kernel/shmmni': '4096',
    ...files,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
  return root
}

const v2Mount = '30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate'

test('what is not mounted gives nothing, and is no error', () => {
  assert.equal(readLimits(temporaryFolder(), 6), { cpus: 6, shmmax: 0, shmmni: 0, shmFreeBytes: 0, cgroupMemoryBytes: undefined })
})

test('without quotas the CPUs are those of the affinity', () => {
  assert.is(readLimits(tree({}), 6).cpus, 6)
  assert.is(
    readLimits(tree({ 'proc/self/cgroup': '0::/', 'proc/self/mountinfo': v2Mount, 'sys/fs/cgroup/cpu.max': 'max 100000' }), 6).cpus,
    6,
  )
})

test('version 2: the tightest quota of all ancestors counts, rounded down, at least 1', () => {
  const files = {
    'proc/self/cgroup': '0::/a/b',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/a/cpu.max': '250000 100000',
    'sys/fs/cgroup/a/b/cpu.max': 'max 100000',
  }
  assert.is(readLimits(tree(files), 8).cpus, 2)
  assert.is(readLimits(tree({ ...files, 'sys/fs/cgroup/a/b/cpu.max': '50000 100000' }), 8).cpus, 1)
})

test('version 1: quota and period of the cpu controller, also where it is mounted with cpuacct', () => {
  const files = {
    'proc/self/cgroup': '5:memory:/\n4:cpu,cpuacct:/docker/x\n0::/',
    'proc/self/mountinfo': '31 24 0:27 /docker/x /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '300000',
    'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000',
  }
  assert.is(readLimits(tree(files), 8).cpus, 3)
  assert.is(readLimits(tree({ ...files, 'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1' }), 8).cpus, 8)
})

test('a group outside of what the mount shows counts as the top of it', () => {
  const files = { 'proc/self/cgroup': '0::/../../other', 'proc/self/mountinfo': v2Mount, 'sys/fs/cgroup/cpu.max': '150000 100000' }
  assert.is(readLimits(tree(files), 8).cpus, 1)
})

test('memory: what the tightest group leaves; undefined where none limits', () => {
  const files = {
    'proc/self/cgroup': '0::/a',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/a/memory.max': '1000000',
    'sys/fs/cgroup/a/memory.current': '400000',
  }
  assert.is(readLimits(tree(files), 1).cgroupMemoryBytes, 600_000)
  assert.is(readLimits(tree({ ...files, 'sys/fs/cgroup/a/memory.max': 'max' }), 1).cgroupMemoryBytes, undefined)
  const v1 = {
    'proc/self/cgroup': '4:memory:/a\n',
    'proc/self/mountinfo': '31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/memory/a/memory.limit_in_bytes': '5000',
    'sys/fs/cgroup/memory/a/memory.usage_in_bytes': '6000',
  }
  assert.is(readLimits(tree(v1), 1).cgroupMemoryBytes, 0)
})

test('memory: what is cached of files is left too, for the kernel gives it up before it kills', () => {
  const v2 = {
    'proc/self/cgroup': '0::/a',
    'proc/self/mountinfo': v2Mount,
    'sys/fs/cgroup/a/memory.max': '1000000',
    'sys/fs/cgroup/a/memory.current': '990000',
    'sys/fs/cgroup/a/memory.stat': 'anon 90000\nfile 900000\nshmem 100000\ninactive_anon 100000\ninactive_file 700000\nactive_file 100000',
  }
  assert.is(readLimits(tree(v2), 1).cgroupMemoryBytes, 810_000)
  const v1 = {
    'proc/self/cgroup': '4:memory:/\n',
    'proc/self/mountinfo': '31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '5000',
    'sys/fs/cgroup/memory/memory.usage_in_bytes': '4900',
    'sys/fs/cgroup/memory/memory.stat': 'inactive_file 1\nactive_file 2\ntotal_inactive_file 3000\ntotal_active_file 400',
  }
  assert.is(readLimits(tree(v1), 1).cgroupMemoryBytes, 3500)
})

test('this machine has limits that make sense', () => {
  const { cpus, shmmax, shmmni, shmFreeBytes } = limits()
  assert.ok(cpus >= 1 && cpus <= availableParallelism())
  assert.ok(shmmax > 0 && shmmni > 0 && shmFreeBytes > 0)
})

test.run()
