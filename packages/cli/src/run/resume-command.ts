import { basename } from 'node:path'

/**
 * The command that continues this run, for a shell to read.
 * @param isBegun whether there is something to continue from: to insist on it would fail without
 */
export function resumeCommand(isBegun: boolean, argv: readonly string[] = process.argv, env: NodeJS.ProcessEnv = process.env): string {
  const [node = 'node', script = 'shoal', run = 'run', ...args] = argv
  const kept = args.filter((arg) => arg !== '--fresh' && arg !== '--resume')
  return [...programOf(node, script, env), run, ...(isBegun ? ['--resume'] : []), ...kept].map(shellQuoted).join(' ')
}

/** As it was started: by its name, by npx, or as a script. */
function programOf(node: string, script: string, env: NodeJS.ProcessEnv): string[] {
  if (basename(script) !== 'shoal') return [node, script]
  return env.npm_command === 'exec' ? ['npx', 'shoal'] : ['shoal']
}

/** As it is where a shell takes it as it is, else in single quotes. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
