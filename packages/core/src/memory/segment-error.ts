import { types } from 'node:util'
import { ShoalError, type ShoalErrorCode } from '../errors/index.js'

type Meaning = readonly [code: ShoalErrorCode, sentence: string]

const gone: Meaning = ['SHOAL_SEGMENT_NOT_FOUND', 'does not exist, or no longer; create it first, or use Segment.openOrCreate']
const forbidden: Meaning = ['SHOAL_SEGMENT_ACCESS', 'may not be used by this user: its mode and owner do not allow it']
const full: Meaning = [
  'SHOAL_SEGMENT_FULL',
  'does not fit: its file system is full; use a smaller one, or make room (docker run --shm-size)',
]
const lockLimit: Meaning = ['SHOAL_SEGMENT_LIMIT', 'would lock more memory than this process may (ulimit -l)']
const namelessMemory: Meaning = ['SHOAL_SEGMENT_FAILED', 'needs memfd_create, which the kernel, or a seccomp profile, does not allow']
const numa: Meaning = ['SHOAL_SEGMENT_NUMA', 'cannot be placed as asked: the kernel refuses the memory policy']

/** What a system call's refusal means for a segment and what to do about it: by call where the number alone is not clear. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: gone,
  'stat:ENOENT': ['SHOAL_SEGMENT_NOT_FOUND', 'does not exist; look at its path, or create it first'],
  EIDRM: gone,
  'shmctl:EINVAL': gone,
  'shmat:EINVAL': gone,
  ENOTDIR: ['SHOAL_SEGMENT_NOT_FOUND', 'does not exist: a part of its path is no directory'],
  EEXIST: ['SHOAL_SEGMENT_EXISTS', 'exists already; open it, remove it first, or use Segment.openOrCreate'],
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: [
    'SHOAL_SEGMENT_ACCESS',
    "is on a read-only file system: what is there can be opened with access: 'readonly', and nothing created",
  ],
  EISDIR: ['SHOAL_SEGMENT_NOT_A_FILE', 'is a directory; only regular files can be mapped'],
  ENODEV: ['SHOAL_SEGMENT_NOT_A_FILE', 'is on a file system that cannot map files'],
  'open:ENOTSUP': ['SHOAL_SEGMENT_FILE_SYSTEM', 'cannot appear whole: there are no nameless files (O_TMPFILE) as tmpfs has them'],
  'link:ENOENT': ['SHOAL_SEGMENT_FILE_SYSTEM', 'cannot get its name: its folder has gone meanwhile, or /proc is not mounted'],
  ENOSPC: full,
  EDQUOT: ['SHOAL_SEGMENT_FULL', "does not fit: the user's quota is used up"],
  EFBIG: ['SHOAL_SEGMENT_LIMIT', 'is larger than the file system or this process (ulimit -f) allows'],
  EMFILE: [
    'SHOAL_SEGMENT_LIMIT',
    'needs a descriptor, and this process has as many as it may (ulimit -n); close segments that are not used',
  ],
  // Each lock or barrier that brings its own memory is such a segment, too.
  'memfd_create:EMFILE': [
    'SHOAL_SEGMENT_LIMIT',
    'needs a descriptor, and this process has as many as it may: raise that (ulimit -n), drop views that are not used, detach() barriers that were waited at, or put many locks and barriers into one view, with create(words, index)',
  ],
  ENFILE: ['SHOAL_SEGMENT_LIMIT', 'needs a descriptor, and the machine has as many as it may (fs.file-max)'],
  ENOMEM: [
    'SHOAL_SEGMENT_LIMIT',
    'does not fit into the address space or the number of mappings of this process (ulimit -v, vm.max_map_count, vm.overcommit_memory)',
  ],
  'ftruncate:EINVAL': ['SHOAL_SEGMENT_LIMIT', 'is larger than its file system allows'],
  'shmget:EINVAL': ['SHOAL_SEGMENT_LIMIT', 'is larger than one System V segment may be (sysctl kernel.shmmax)'],
  'shmget:ENOSPC': [
    'SHOAL_SEGMENT_LIMIT',
    'would be one more than there may be, or more pages in all (sysctl kernel.shmmni, kernel.shmall); this is not about disk space. See ipcs -m, and Segment.clean() for orphans',
  ],
  'shmget:ENOMEM': ['SHOAL_SEGMENT_LIMIT', 'found no memory, or not enough reserved huge pages (sysctl vm.nr_hugepages)'],
  'memfd_create:EPERM': namelessMemory,
  'memfd_create:ENOSYS': namelessMemory,
  'mlock:ENOMEM': lockLimit,
  'mlock:EPERM': lockLimit,
  'mlock:EAGAIN': lockLimit,
  'madvise:EFAULT': ['SHOAL_SEGMENT_FULL', 'could not get all of its pages: its file system is full, or its file has become shorter'],
  'mbind:EINVAL': numa,
  'mbind:ENOSYS': numa,
  'get_mempolicy:ENOSYS': numa,
}

/** The coded error for a failed system call; `subject` names the segment, e.g. `posix segment '/grid'`. The cause is kept. */
export function segmentError(subject: string, cause: unknown): ShoalError {
  const error = cause as NodeJS.ErrnoException
  const meaning = meanings[`${error.syscall}:${error.code}`] ?? meanings[error.code ?? '']
  const [code, sentence] = meaning ?? ['SHOAL_SEGMENT_FAILED', 'could not be used']
  return new ShoalError(code, `The ${subject} ${sentence} (${error.message})`, { cause })
}

/** The same for a name that is found to be taken before any call is made. */
export function existsError(subject: string): ShoalError {
  const [code, sentence] = meanings.EEXIST!
  return new ShoalError(code, `The ${subject} ${sentence}`)
}

/** Runs system calls about one segment and gives their failures a code. */
export function naming<T>(subject: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    throw isSystemError(cause) ? segmentError(subject, cause) : cause
  }
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return types.isNativeError(error) && !(error instanceof ShoalError) && (error as NodeJS.ErrnoException).syscall !== undefined
}

/** Idempotent removals: what is gone already is fine. */
export function unlessGone(call: () => void): void {
  try {
    call()
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'EIDRM' && !(code === 'EINVAL' && syscall === 'shmctl')) throw error
  }
}
