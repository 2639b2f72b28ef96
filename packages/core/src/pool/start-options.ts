import { expectedRange, expectedType, requireOptions } from '../errors/index.js'

/** How much memory a worker may use: numbers of megabytes, from 1 to 1,048,576. */
export interface ResourceLimits {
  readonly maxOldGenerationSizeMb?: number
  readonly stackSizeMb?: number
}

/** Node does not check: a stack that no thread can have, or that is too small to start in, would end the program with its first worker. */
const MOST_MEGABYTES = 2 ** 20

/*
 * What workers are started with. Copied and frozen: workers that replace dead ones are started later, and in the same way, whatever the
 * program has done with its objects meanwhile.
 */

export function resolveResourceLimits(asked: unknown): ResourceLimits | undefined {
  if (asked === undefined) return undefined
  requireOptions(asked, 'resourceLimits')
  const { maxOldGenerationSizeMb, stackSizeMb } = asked as ResourceLimits
  const limits = { maxOldGenerationSizeMb, stackSizeMb }
  for (const [name, megabytes] of Object.entries(limits)) {
    if (megabytes === undefined) continue
    if (typeof megabytes !== 'number') throw expectedType(`resourceLimits.${name}`, 'a number of megabytes', megabytes)
    if (!(megabytes >= 1 && megabytes <= MOST_MEGABYTES)) {
      throw expectedRange(`resourceLimits.${name}`, `a number of megabytes from 1 to ${MOST_MEGABYTES}`, megabytes)
    }
  }
  return Object.freeze({
    ...(maxOldGenerationSizeMb !== undefined && { maxOldGenerationSizeMb }),
    ...(stackSizeMb !== undefined && { stackSizeMb }),
  })
}

export function resolveExecArgv(asked: unknown): readonly string[] | undefined {
  if (asked === undefined) return undefined
  if (!Array.isArray(asked)) throw expectedType('execArgv', 'an array of arguments of node', asked)
  for (const [index, arg] of asked.entries()) if (typeof arg !== 'string') throw expectedType(`execArgv[${index}]`, 'a string', arg)
  return Object.freeze([...asked])
}

export function resolveEnv(asked: unknown): Readonly<Record<string, string>> | undefined {
  if (asked === undefined) return undefined
  requireOptions(asked, 'env', 'an object of strings')
  for (const [name, value] of Object.entries(asked)) if (typeof value !== 'string') throw expectedType(`env.${name}`, 'a string', value)
  return Object.freeze({ ...asked }) as Readonly<Record<string, string>>
}
