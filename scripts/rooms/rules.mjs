import { dirname, join, normalize } from 'node:path'

/** The rooms of core from low to high: a room imports only rooms before it. */
export const rooms = ['errors', 'memory', 'sync', 'protocol', 'schedule', 'source', 'kernels', 'pool', 'worker', 'algorithms', 'job']

/** Reached by URL, in a process or thread of its own: nothing imports it, and it meets the pool only in `protocol`. */
const entryRoom = 'worker'

/** What touches the operating system or runs kernels in C++. The other rooms are plain TypeScript. */
const nativeRooms = ['memory', 'sync', 'kernels', 'pool', 'worker', 'job']

/** Packages from low to high, by folder. */
const packages = ['packages/native', 'packages/core', 'packages/cli', 'packages/examples', 'benchmarks']

const packageNames = new Map(packages.map((folder) => [`@shoal/${folder.split('/').at(-1)}`, folder]))

const loader = 'packages/native/lib/binding.ts'

/**
 * Why `file` must not import `specifier`, or undefined when it may.
 * @param {string} file path from the root, with slashes
 * @param {string} specifier as written
 * @returns {string | undefined}
 */
export function violation(file, specifier) {
  if ((specifier === 'node-gyp-build' || specifier.endsWith('.node')) && file !== loader) return `only ${loader} loads the addon`
  const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier
  return crossPackage(file, target) ?? nativeImport(file, target) ?? roomOrder(file, target)
}

function crossPackage(file, target) {
  const own = packageOf(file)
  if (own === undefined) return undefined
  const relativeTarget = packageOf(target)
  if (relativeTarget !== undefined && relativeTarget !== own && !isTestSupport(file, target)) {
    return 'another package is imported by its name, never by a path'
  }
  const name = [...packageNames.keys()].find((candidate) => target === candidate || target.startsWith(`${candidate}/`))
  if (name === undefined) return undefined
  if (packages.indexOf(packageNames.get(name)) > packages.indexOf(own)) return `${own} is below ${packageNames.get(name)}`
  return undefined
}

/** What tests share is no part of any package's surface. */
function isTestSupport(file, target) {
  return /^packages\/[^/]+\/test\//.test(file) && /^packages\/[^/]+\/dist-test\/support\//.test(target)
}

function nativeImport(file, target) {
  const room = roomOf(file)
  if (target !== '@shoal/native' || room === undefined || nativeRooms.includes(room)) return undefined
  return `the room ${room} does not import @shoal/native; ${nativeRooms.join(', ')} do`
}

function roomOrder(file, target) {
  const [from, to] = [roomOf(file), roomOf(target)]
  if (from === undefined || to === undefined || from === to) return undefined
  if (!rooms.includes(to)) return `${to} is no room: ${rooms.join(', ')}`
  if (to === entryRoom) return `the room ${entryRoom} is reached by URL, never imported`
  if (from === entryRoom && to === 'pool') return `${entryRoom} and pool meet only in protocol`
  if (rooms.indexOf(to) > rooms.indexOf(from)) return `the room ${from} is below ${to}`
  return undefined
}

function packageOf(path) {
  return packages.find((folder) => path.startsWith(`${folder}/`))
}

/** The room of a path in core's sources; the index at their root belongs to none and may import all. */
function roomOf(path) {
  return /^packages\/core\/src\/([^/]+)\//.exec(path)?.[1]
}
