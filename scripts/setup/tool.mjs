import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './paths.mjs'

/** A step of the set-up failed in a way that the user can act on. */
export class SetupError extends Error {
  name = 'SetupError'
}

/** One line a step on stderr: stdout belongs to the job. */
export function say(line) {
  process.stderr.write(`shoal: ${line}\n`)
}

export function isOnPath(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/**
 * Runs a tool to its end. Its output is shown only when it fails, followed by `advice`.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, advice: string }} options
 */
export async function runTool(command, args, { cwd = root, env = process.env, advice }) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text) => {
      output += text
    })
  }
  const end = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  if (end !== 0) throw new SetupError(`${output.trimEnd()}\n\n\`${[command, ...args].join(' ')}\` failed (${end}). ${advice}`)
}
