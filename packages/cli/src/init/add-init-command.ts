import type { Command } from 'commander'
import type { Exit } from '../program.js'
import { path } from '../run/option-parsers.js'

/** Declares `shoal init`. */
export function addInitCommand(program: Command, exit: Exit): void {
  program
    .command('init')
    .description('write a small job that works: job.js, poem.txt, package.json')
    .argument('[folder]', 'where; made if it is not there', path, '.')
    .addHelpText(
      'after',
      `
Nothing is overwritten: where one of the files is there already, none is written.

Example:
  shoal init counting && cd counting && npm install && npx shoal run job.js poem.txt`,
    )
    .action(async (folder: string) => {
      const { init } = await import('./init.js')
      exit(await init(folder))
    })
}
