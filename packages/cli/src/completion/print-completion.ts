import type { Command } from 'commander'
import { write } from '../write.js'
import { bashScript } from './bash-script.js'
import { commandNodes } from './command-nodes.js'
import { fishScript } from './fish-script.js'
import { zshScript } from './zsh-script.js'

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** `shoal completion`: the scripts know all commands and options, so that no key press starts Node. */
export async function printCompletion(program: Command, shell: keyof typeof scripts): Promise<number> {
  await write(process.stdout, scripts[shell](commandNodes(program)))
  return 0
}
