import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { UsageError } from './usage-error.js'

/**
 * Node turns what is not UTF-8 into replacement characters: a path would be that of another file, which is not there, or is written to.
 * @throws UsageError
 */
export function checkEncoding(args: readonly string[]): void {
  const suspicious = args.find((arg) => arg.includes('\uFFFD'))
  if (suspicious === undefined || isUtf8(readFileSync('/proc/self/cmdline'))) return
  throw new UsageError(`expected arguments in UTF-8 but received ${suspicious}: give files names in UTF-8, or links to them`)
}
