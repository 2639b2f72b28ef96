/**
 * Until `restore` is called, an interval goes off at every turn of the event loop: what looks about ten times a second looks as often as it
 * can.
 */
export function everyTurn(): { restore(): void } {
  const { setInterval, clearInterval } = globalThis
  const running = new Set<unknown>()
  const start = (call: () => void): unknown => {
    const ticker = { unref: (): unknown => ticker }
    const turn = (): void => {
      if (!running.has(ticker)) return
      call()
      setImmediate(turn)
    }
    running.add(ticker)
    setImmediate(turn)
    return ticker
  }
  globalThis.setInterval = start as never
  globalThis.clearInterval = ((ticker: unknown) => running.delete(ticker) || clearInterval(ticker as never)) as never
  return {
    restore() {
      globalThis.setInterval = setInterval
      globalThis.clearInterval = clearInterval
    },
  }
}
