const chosen = process.env.SHOAL_FAILPOINT

/**
 * A place where a test can make the process die by SIGKILL: `SHOAL_FAILPOINT=create-posix.2`. The numbers of one operation follow its
 * steps, so a test that counts up until the process survives has killed it at every step.
 */
export function failpoint(name: string): void {
  if (chosen === name) process.kill(process.pid, 'SIGKILL')
}
