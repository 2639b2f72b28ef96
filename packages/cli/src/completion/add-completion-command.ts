import type { Command } from 'commander'
import { Argument } from '../commander.js'
import type { Exit } from '../program.js'

/** Declares `shoal completion`. */
export function addCompletionCommand(program: Command, exit: Exit): void {
  program
    .command('completion')
    .description('print a script that completes shoal on the command line of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  shoal completion bash >> ~/.bashrc
  shoal completion zsh > "\${fpath[1]}/_shoal"
  shoal completion fish > ~/.config/fish/completions/shoal.fish`,
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { printCompletion } = await import('./print-completion.js')
      exit(await printCompletion(program, shell))
    })
}
