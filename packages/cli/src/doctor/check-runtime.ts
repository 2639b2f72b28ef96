import { broken, type Finding, ok, warning } from './finding.js'
import { read } from './read.js'

/** Node and the platform. */
export function checkRuntime({ version = process.versions.node, platform = process.platform, arch = process.arch } = {}): Finding[] {
  return [checkNode(version), checkPlatform(platform, arch)]
}

function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isSupported = major >= 22 || (major === 20 && minor >= 19)
  return isSupported ? ok('Node', `${version}, ${process.execPath}`) : broken('Node', version, 'install Node 20.19, or 22 or later')
}

function checkPlatform(platform: string, arch: string): Finding {
  const found = `${platform} ${arch}${platform === 'linux' ? `, ${libc()}, kernel ${read('/proc/sys/kernel/osrelease') ?? 'unknown'}` : ''}`
  const isSupported = platform === 'linux' && (arch === 'x64' || arch === 'arm64')
  if (!isSupported) return broken('platform', found, 'Shoal runs on Linux, x64 and arm64')
  if (read('/proc/self/stat') !== undefined) return ok('platform', found)
  return warning('platform', `${found}, /proc not there`, 'mount it: without it no named segment can be made, and limits are not seen')
}

function libc(): string {
  const { glibcVersionRuntime } = (process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } }).header
  return glibcVersionRuntime === undefined ? 'musl' : `glibc ${glibcVersionRuntime}`
}
