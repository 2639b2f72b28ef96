/** What a check has found. */
export interface Finding {
  readonly check: string
  readonly status: 'ok' | 'warning' | 'broken'
  readonly found: string
  /** What to do about it. */
  readonly advice?: string
}

export const ok = (check: string, found: string): Finding => ({ check, status: 'ok', found })
export const warning = (check: string, found: string, advice: string): Finding => ({ check, status: 'warning', found, advice })
export const broken = (check: string, found: string, advice: string): Finding => ({ check, status: 'broken', found, advice })

/** `ok` unless there is advice. */
export function unless(isPoor: boolean, check: string, found: string, advice: string): Finding {
  return isPoor ? warning(check, found, advice) : ok(check, found)
}
