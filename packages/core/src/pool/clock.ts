/** `performance.now()`, as it was when the library was loaded: a test's fake clock, which stands still, would keep pools from their turns and ends. */
export const now: () => number = performance.now.bind(performance)
