import { writeSync } from 'node:fs'
import type { Output, Seconds, Trial } from './suite.js'

/** Called by a side written in JavaScript, as its last output: tells the frame what it measured of itself. */
export function reportSeconds(seconds: Seconds): void {
  writeSync(2, `${JSON.stringify({ seconds })}\n`)
}

/** The frame's end of it: how the output of a side is read unless the side says otherwise. */
export function readReport({ stdout, stderr }: Output): Trial {
  const line = stderr.trimEnd().split('\n').at(-1) ?? ''
  if (!line.startsWith('{"seconds":')) throw new Error(`Expected {"seconds":…} as the last line of stderr but received '${line}'`)
  const { seconds } = JSON.parse(line) as { seconds: Seconds }
  return { result: stdout, seconds }
}
