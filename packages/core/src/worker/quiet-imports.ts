const WARNING = /^vm\.USE_MAIN_CONTEXT_DEFAULT_LOADER is an experimental feature/

/** Keeps back what Node says on the first `import()` in a kernel: it is about how kernels are compiled here, which is no news to the user. */
export function quietImports(): void {
  const emitWarning = process.emitWarning as (...args: unknown[]) => void
  process.emitWarning = (warning: unknown, ...rest: unknown[]): void => {
    if (!WARNING.test(String(warning))) emitWarning.call(process, warning, ...rest)
  }
}
