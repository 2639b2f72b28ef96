const { hrtime } = process
let movedMs = 0

// The library takes its clock when it is loaded: who imports this has to import it before that.
process.hrtime = Object.assign(
  (): [number, number] => {
    const [seconds, nanoseconds] = hrtime()
    return [seconds + movedMs / 1000, nanoseconds]
  },
  { bigint: hrtime.bigint },
)

export function moveClock(ms: number): void {
  movedMs += ms
}
