import { createHash } from 'node:crypto'
import { runTrial } from './run-trial.js'
import { median } from './statistics.js'
import type { Comparison, Seconds, Side, Target, Trial } from './suite.js'

export interface Measurement {
  /** Seconds in the order of the trials. */
  readonly trials: readonly number[]
  readonly median: number
  /** Median, over the rounds, of this side's time over the reference's in the same round. */
  readonly ratio: number
}

export interface SideReport {
  readonly name: string
  readonly command: readonly string[]
  readonly measures: Readonly<Record<string, Measurement>>
}

export interface ComparisonReport {
  readonly name: string
  readonly reference: string
  readonly resultSha256: string
  readonly sides: readonly SideReport[]
  readonly targets: readonly (Target & { readonly reached: number; readonly met: boolean })[]
}

/**
 * Runs every side once a round (A B C, A B C, …), so that a slow minute of the machine falls on all of them alike,
 * and compares times only within a round. Throws as soon as two results differ.
 */
export async function compare(
  comparison: Comparison,
  trials: number,
  onTrial?: (round: number, side: Side, seconds: Seconds) => void,
): Promise<ComparisonReport> {
  const rounds: Map<string, Seconds>[] = []
  let expected: { side: Side; trial: Trial } | undefined
  for (let round = 0; round < trials; round++) {
    const seconds = new Map<string, Seconds>()
    for (const side of comparison.sides) {
      const trial = await runTrial(side)
      expected ??= { side, trial }
      assertSameResult(expected.side, expected.trial.result, side, trial.result)
      seconds.set(side.name, trial.seconds)
      onTrial?.(round, side, trial.seconds)
    }
    rounds.push(seconds)
  }

  const secondsOf = (side: string, measure: string) => rounds.map((round) => round.get(side)?.[measure] ?? Number.NaN)
  const ratioOf = (side: string, reference: string, measure: string) => {
    const under = secondsOf(reference, measure)
    return median(secondsOf(side, measure).map((seconds, round) => seconds / under[round]!))
  }
  const { name, reference, sides, targets = [] } = comparison
  return {
    name,
    reference,
    resultSha256: createHash('sha256')
      .update(expected?.trial.result ?? '')
      .digest('hex'),
    sides: sides.map((side) => ({
      name: side.name,
      command: side.command,
      measures: Object.fromEntries(
        Object.keys(rounds[0]?.get(side.name) ?? {}).map((measure) => {
          const trials = secondsOf(side.name, measure)
          return [measure, { trials, median: median(trials), ratio: ratioOf(side.name, reference, measure) }]
        }),
      ),
    })),
    targets: targets.map((target) => {
      const { side, reference, measure, atMost } = target
      const reached = reference === undefined ? median(secondsOf(side, measure)) : ratioOf(side, reference, measure)
      return { ...target, reached, met: reached <= atMost }
    }),
  }
}

function assertSameResult(left: Side, leftResult: string, right: Side, rightResult: string): void {
  if (leftResult === rightResult) return
  let at = 0
  while (leftResult[at] === rightResult[at]) at++
  const excerpt = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))
  throw new Error(`Results differ at character ${at}: ${left.name} has ${excerpt(leftResult)}, ${right.name} has ${excerpt(rightResult)}`)
}
