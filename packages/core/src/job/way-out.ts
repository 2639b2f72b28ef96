/** What to do where a path of a job cannot be used, by what the operating system says of it. */
export function wayOut(cause: unknown, otherwise: string): string {
  switch ((cause as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return `make room, or ${otherwise}`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `let this user write there, or ${otherwise}`
    default:
      return otherwise
  }
}
