import { spawnSync } from 'node:child_process'
import type { Variant } from './build.js'
import { onlyInCi } from './only-in-ci.js'
import { sanitizerEnvironment } from './sanitizer.js'

/** A build that tests run. */
export interface TestedBuild extends Variant {
  readonly title: string
  /** Also where CI is not set. */
  readonly everyday?: boolean
  /** What this machine lacks for it. */
  readonly missing?: string | undefined
}

export const arm64: TestedBuild = {
  name: 'arm64',
  title: 'the build for arm64',
  arch: 'arm64',
  target: 'shoal_native',
  env: { CC: 'aarch64-linux-gnu-gcc', CXX: 'aarch64-linux-gnu-g++' },
  missing: process.arch === 'arm64' ? 'another machine' : absent('aarch64-linux-gnu-g++', 'qemu-aarch64'),
}

export const packed: TestedBuild = {
  name: 'packed',
  title: 'the packed package',
  target: 'shoal_native',
  // npm packs no links.
  copied: ['src', 'bundle', 'dist'],
  usual: true,
}

export const asan = sanitized('asan', 'the sanitizer for addresses and undefined behaviour', 'address_sanitizer=1', 'libasan.so')
export const tsan = sanitized('tsan', 'the sanitizer for threads', 'thread_sanitizer=1', 'libtsan.so')

export const plain: TestedBuild = { name: 'plain', title: 'the system layer, in C++', target: 'sys_test', everyday: true, usual: true }

/** Whether it is made here and now; says so if it is not. */
export function isMade({ title, everyday = false, missing }: TestedBuild): boolean {
  if (missing !== undefined) console.error(`SKIPPED: ${title} (needs ${missing})`)
  return missing === undefined && (everyday || onlyInCi(title))
}

function absent(...commands: string[]): string | undefined {
  const isThere = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
  return commands.filter((command) => !isThere(command)).join(' and ') || undefined
}

function sanitized(name: string, title: string, define: string, library: 'libasan.so' | 'libtsan.so') {
  /** In which Node loads it. */
  const environment = sanitizerEnvironment(library)
  return {
    name,
    title,
    defines: [define],
    environment,
    missing: environment === undefined ? `${library} of the compiler` : undefined,
  } satisfies TestedBuild & { environment: NodeJS.ProcessEnv | undefined }
}
