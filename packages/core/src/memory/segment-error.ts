import { ShoalError, type ShoalErrorCode } from '../errors/index.js'

/** What the operating system's refusal means for a segment, and what to do about it. */
const meanings: Readonly<Record<string, readonly [code: ShoalErrorCode, sentence: string]>> = {
  ENOENT: ['SHOAL_SEGMENT_NOT_FOUND', 'does not exist; create it first, or use Segment.openOrCreate'],
  ENOTDIR: ['SHOAL_SEGMENT_NOT_FOUND', 'does not exist: a part of its path is no directory'],
  EIDRM: ['SHOAL_SEGMENT_NOT_FOUND', 'has been removed'],
  EEXIST: ['SHOAL_SEGMENT_EXISTS', 'exists already; open it, remove it first, or use Segment.openOrCreate'],
  EACCES: ['SHOAL_SEGMENT_ACCESS', 'may not be used by this user; its mode and owner do not allow it'],
  EPERM: ['SHOAL_SEGMENT_ACCESS', 'may not be used by this user; its mode and owner do not allow it'],
  EROFS: ['SHOAL_SEGMENT_ACCESS', "is on a read-only file system; open it with access: 'readonly'"],
  EISDIR: ['SHOAL_SEGMENT_NOT_A_FILE', 'is a directory; only regular files can be mapped'],
  ENODEV: ['SHOAL_SEGMENT_NOT_A_FILE', 'is on a file system that cannot map files'],
  ENOSPC: ['SHOAL_SEGMENT_FULL', 'does not fit: the file system is full'],
  EDQUOT: ['SHOAL_SEGMENT_FULL', "does not fit: the user's quota is used up"],
  EFBIG: ['SHOAL_SEGMENT_LIMIT', 'is larger than the file system or the limit of this process (ulimit -f) allows'],
  EMFILE: [
    'SHOAL_SEGMENT_LIMIT',
    'needs a descriptor, and this process has as many as it may (ulimit -n); close segments that are not used',
  ],
  ENFILE: ['SHOAL_SEGMENT_LIMIT', 'needs a descriptor, and the machine has as many as it may (fs.file-max)'],
  ENOMEM: [
    'SHOAL_SEGMENT_LIMIT',
    'does not fit into the address space or the mappings of this process (ulimit -v, vm.max_map_count, vm.overcommit_memory)',
  ],
  EAGAIN: ['SHOAL_SEGMENT_LIMIT', 'would lock more memory than this process may (ulimit -l)'],
}

/** The coded error for a failed system call; `subject` names the segment, e.g. `posix segment '/grid'`. The cause is kept. */
export function segmentError(subject: string, cause: unknown): ShoalError {
  const error = cause as NodeJS.ErrnoException
  const [code, sentence] = meanings[error.code ?? ''] ?? ['SHOAL_SEGMENT_FAILED', 'could not be used']
  return new ShoalError(code, `The ${subject} ${sentence} (${error.message})`, { cause })
}

/** Runs system calls about one segment and gives their failures a code. */
export function naming<T>(subject: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    if (cause instanceof ShoalError || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw segmentError(subject, cause)
  }
}
