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
  readonly skipped: readonly { readonly name: string; readonly why: string }[]
  readonly targets: readonly (Target & { readonly reached: number; readonly met: boolean })[]
}

/**
 * Runs every side once a round (A B C, A B C, …), so that a slow minute of the machine falls on all of them alike,
 * and compares times only within a round. Throws as soon as two results differ, and for a target of a side that there is not.
 */
export async function compare(
  comparison: Comparison,
  trials: number,
  onTrial?: (round: number, side: Side, seconds: Seconds) => void,
): Promise<ComparisonReport> {
  const sides = comparison.sides.filter(({ missing }) => missing === undefined)
  const skipped = comparison.sides.flatMap(({ name, missing: why }) => (why === undefined ? [] : [{ name, why }]))
  const targets = (comparison.targets ?? []).filter((target) => takesPart(target, comparison))
  const rounds: Map<string, Seconds>[] = []
  let expected: { side: Side; trial: Trial } | undefined
  for (let round = 0; round < trials; round++) {
    const seconds = new Map<string, Seconds>()
    for (const side of sides) {
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
  const reference = sides.some(({ name }) => name === comparison.reference) ? comparison.reference : sides[0]!.name
  return {
    name: comparison.name,
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
    skipped,
    targets: targets.map((target) => {
      const { side, reference, measure, atMost } = target
      const reached = reference === undefined ? median(secondsOf(side, measure)) : ratioOf(side, reference, measure)
      return { ...target, reached, met: reached <= atMost }
    }),
  }
}

function takesPart({ side, reference = side }: Target, { name, sides }: Comparison): boolean {
  const wanted = [side, reference].map((wanted) => {
    const found = sides.find(({ name }) => name === wanted)
    if (found === undefined) throw new Error(`Expected a side of '${name}' for a target but received '${wanted}'`)
    return found
  })
  return wanted.every(({ missing }) => missing === undefined)
}

function assertSameResult(left: Side, leftResult: string, right: Side, rightResult: string): void {
  if (leftResult === rightResult) return
  let at = 0
  while (leftResult[at] === rightResult[at]) at++
  const excerpt = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 40))
  throw new Error(`Results differ at character ${at}: ${left.name} has ${excerpt(leftResult)}, ${right.name} has ${excerpt(rightResult)}`)
}
