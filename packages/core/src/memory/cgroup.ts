import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** One hierarchy of control groups: where its files are, from the group of this process up to the root that we can see. */
export interface CgroupChain {
  readonly version: 1 | 2
  /** Folders, own group first. */
  readonly folders: readonly string[]
}

/**
 * The control groups that rule a controller for this process, own group first: version 1 where the controller is mounted there, else
 * version 2. Undefined where there are none. `root` stands for `/`, so that tests can bring trees of their own.
 */
export function cgroupChain(controller: 'cpu' | 'memory', root = '/'): CgroupChain | undefined {
  const groups = read(join(root, 'proc/self/cgroup'))
  const mounts = read(join(root, 'proc/self/mountinfo'))
  if (groups === undefined || mounts === undefined) return undefined
  const parsed = mounts.split('\n').map(parseMount)
  for (const line of groups.split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || group === undefined || !controllers.split(',').includes(controller)) continue
    const mount = parsed.find((m) => m?.type === 'cgroup' && m.options.split(',').includes(controller))
    if (mount !== undefined) return { version: 1, folders: foldersUp(root, mount, group) }
  }
  const unified = /^0::(.*)$/m.exec(groups)?.[1]
  const mount = parsed.find((m) => m?.type === 'cgroup2')
  if (unified === undefined || mount === undefined) return undefined
  return { version: 2, folders: foldersUp(root, mount, unified) }
}

/** A file of one group, trimmed; undefined where it does not exist. */
export function readCgroupFile(folder: string, name: string): string | undefined {
  return read(join(folder, name))?.trim()
}

interface Mount {
  readonly type: string
  readonly options: string
  /** The group that the mount point shows: not `/` inside a container without its own cgroup namespace. */
  readonly shows: string
  readonly at: string
}

function parseMount(line: string): Mount | undefined {
  const [before, after] = line.split(' - ')
  if (before === undefined || after === undefined) return undefined
  const [, , , shows, at] = before.split(' ')
  const [type, , options] = after.split(' ')
  if (shows === undefined || at === undefined || type === undefined || options === undefined) return undefined
  return { type, options, shows, at }
}

function foldersUp(root: string, mount: Mount, group: string): string[] {
  const top = join(root, mount.at)
  const below = relative(mount.shows, group)
  const parts = below.startsWith('..') ? [] : below.split('/').filter((part) => part !== '')
  return Array.from({ length: parts.length + 1 }, (_, up) => join(top, ...parts.slice(0, parts.length - up)))
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
