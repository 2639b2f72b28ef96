/**
 * `performance.now()`, as it was when the library was loaded: a test's fake clock, which stands still, would keep waits from their ends, and
 * pools from their turns.
 */
export const now: () => number = performance.now.bind(performance)
