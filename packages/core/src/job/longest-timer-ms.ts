/** 25 days: Node's timers take no more, and go off at once beyond that. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1
