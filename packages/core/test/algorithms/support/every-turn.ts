import timers from 'node:timers'

const { clearInterval, setInterval } = timers
const running = new Set<unknown>()
let isOn = false

// The library takes its timers when it is loaded: who imports this has to import it before that.
timers.setInterval = ((...given: Parameters<typeof setInterval>) => (isOn ? begin(given[0] as () => void) : setInterval(...given))) as never
timers.clearInterval = ((ticker: unknown) => running.delete(ticker) || clearInterval(ticker as never)) as never

/**
 * Until `restore` is called, an interval of the library goes off at every turn of the event loop: what looks about ten times a second looks as
 * often as it can.
 */
export function everyTurn(): { restore(): void } {
  isOn = true
  return {
    restore() {
      isOn = false
    },
  }
}

function begin(call: () => void): unknown {
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
