import type { Command, Option } from 'commander'

/** A command as a shell completes it. */
export interface CommandNode {
  /** The words that lead to it: `shoal segments list`. */
  readonly path: string
  readonly commands: readonly Described[]
  readonly options: readonly OptionNode[]
  /** What its first argument may be, where that is a choice. */
  readonly choices: readonly string[]
}

export interface Described {
  readonly name: string
  readonly description: string
}

export interface OptionNode extends Described {
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

/** The command and all below it. */
export function commandNodes(command: Command, before: readonly string[] = []): CommandNode[] {
  const words = [...before, command.name()]
  const node: CommandNode = {
    path: words.join(' '),
    commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: command.createHelp().visibleOptions(command).flatMap(optionNodes),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  }
  return [node, ...command.commands.flatMap((child) => commandNodes(child, words))]
}

/** The long name only: a short one is no longer to type than to complete. */
function optionNodes({ long, description, required, optional, argChoices }: Option): OptionNode[] {
  return long ? [{ name: long, description, takesValue: required || optional, choices: argChoices ?? [] }] : []
}

/** The options whose values are a choice, as `shoal run --backend`, with what they may be. */
export function choicesAfter({ path, options }: CommandNode): { readonly words: string; readonly choices: readonly string[] }[] {
  return options.filter(({ choices }) => choices.length > 0).map(({ name, choices }) => ({ words: `${path} ${name}`, choices }))
}

/** In single quotes, for any shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
