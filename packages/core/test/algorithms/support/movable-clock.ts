const { now } = performance
let movedMs = 0

// The library takes its clock when it is loaded: who imports this has to import it before that.
performance.now = () => now.call(performance) + movedMs

export function moveClock(ms: number): void {
  movedMs += ms
}
