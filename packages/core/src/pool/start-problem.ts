const advices: readonly (readonly [sign: RegExp, advice: string])[] = [
  [/\bEMFILE$/, 'this process has as many open files as it may (ulimit -n)'],
  [/\bEAGAIN$/, 'this user, or its control group, has as many threads and processes as it may (ulimit -u, pids.max)'],
  [/\buv_cwd\b/, 'the working directory no longer exists'],
]

/** The message of what kept a worker from starting, and what that means where Node gives no more than a number of the system. */
export function startProblem(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  const [, advice] = advices.find(([sign]) => sign.test(message)) ?? []
  return advice === undefined ? message : `${message} (${advice})`
}
