import type { JobEvent } from '@shoal/core'

/** Aborts a run when it has committed so many times. */
export function abortAfter(commits: number): { readonly signal: AbortSignal; readonly onEvent: (event: JobEvent) => void } {
  const control = new AbortController()
  let left = commits
  const onEvent = ({ type }: JobEvent): void => {
    if (type === 'checkpointed' && --left <= 0) control.abort(new Error('enough'))
  }
  if (commits === 0) control.abort(new Error('at once'))
  return { signal: control.signal, onEvent }
}

/** Aborts a run when its first stage has begun, and no chunk. */
export function abortAtOnce(): { readonly signal: AbortSignal; readonly onEvent: (event: JobEvent) => void } {
  const control = new AbortController()
  const onEvent = ({ type }: JobEvent): void => {
    if (type === 'stage') control.abort(new Error('enough'))
  }
  return { signal: control.signal, onEvent }
}
