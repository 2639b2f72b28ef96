import { setTimeout } from '@shoal/native'

/** Whether the event loop stays alive is the doorbell's business. Node's timers end at 2^31 − 1, and go off at once beyond that. */
export function after(ms: number, callback: () => void): NodeJS.Timeout {
  return setTimeout(callback, Math.min(ms, 2 ** 31 - 1)).unref()
}
