/** What `call` gives; when it fails, `undo` first. */
export function orUndo<T>(undo: () => void, call: () => T): T {
  try {
    return call()
  } catch (error) {
    undo()
    throw error
  }
}
