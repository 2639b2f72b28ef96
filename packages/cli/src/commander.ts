import { createRequire } from 'node:module'

// A fifth of what the command takes to start would go into importing a CommonJS package; require() takes half as long.
export const { Argument, Command, CommanderError, InvalidArgumentError, Option } = createRequire(import.meta.url)(
  'commander',
) as typeof import('commander')
