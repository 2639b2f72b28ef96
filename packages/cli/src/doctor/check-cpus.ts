import { cpus } from 'node:os'
import type { Limits } from '@shoal/core'
import { bytesText } from '../text/bytes.js'
import { type Finding, ok, unless, warning } from './finding.js'
import { read } from './read.js'

/** What the kernels in C++ have code for. */
const wanted: Readonly<Record<string, readonly string[]>> = { x64: ['avx2', 'fma', 'avx512f'], arm64: ['asimd', 'sve'] }

/** CPUs, their features, and huge pages. */
export function checkCpus(limits: Limits): Finding[] {
  const [first] = cpus()
  return [
    unless(
      limits.cpus < cpus().length,
      'CPUs',
      `${limits.cpus} usable of ${cpus().length}${first === undefined ? '' : `, ${first.model.trim()}`}`,
      'affinity or a CPU quota withholds the others; more workers than usable CPUs wait for each other',
    ),
    checkFeatures(),
    checkHugePages(),
  ]
}

function checkFeatures(): Finding {
  const flags = new Set(
    /^(?:flags|Features)\s*:(.*)$/m
      .exec(read('/proc/cpuinfo') ?? '')?.[1]
      ?.trim()
      .split(' '),
  )
  const features = wanted[process.arch] ?? []
  const found = features.filter((feature) => flags.has(feature))
  const [basic] = features
  return unless(
    basic !== undefined && !flags.has(basic),
    'CPU features',
    found.join(' ') || 'none that matter',
    `ready-made algorithms are slower without ${basic}; in a virtual machine, pass the host's CPU through`,
  )
}

/** Shared memory has a switch of its own beside the one for transparent huge pages. */
function checkHugePages(): Finding {
  const mode = /\[(\w+)\]/.exec(read('/sys/kernel/mm/transparent_hugepage/shmem_enabled') ?? '')?.[1]
  const reserved = Number(read('/proc/sys/vm/nr_hugepages') ?? 0)
  const pageBytes = 1024 * Number(/^Hugepagesize:\s+(\d+)/m.exec(read('/proc/meminfo') ?? '')?.[1] ?? 2048)
  const found = `shared memory: ${mode ?? 'unknown'}; reserved: ${reserved} of ${bytesText(pageBytes)}`
  if (mode !== undefined && mode !== 'never' && mode !== 'deny') return ok('huge pages', found)
  return warning(
    'huge pages',
    found,
    "as root: echo advise > /sys/kernel/mm/transparent_hugepage/shmem_enabled, for segments with hugePages: 'try'",
  )
}
