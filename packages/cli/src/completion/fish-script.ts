import { type CommandNode, quoted } from './command-nodes.js'

export function fishScript(nodes: readonly CommandNode[]): string {
  const lines = nodes.flatMap((node) => {
    const [, ...words] = node.path.split(' ')
    const here = `-n ${quoted(conditionOf(words, node))}`
    return [
      ...node.commands.map(({ name, description }) => `${here} -f -a ${name} -d ${quoted(description)}`),
      ...node.choices.map((choice) => `${here} -f -a ${choice}`),
      ...node.options.map(({ name, description, takesValue, choices }) => {
        const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : ''
        return `${here} -l ${name.slice(2)}${value} -d ${quoted(description)}`
      }),
    ]
  })
  return `# shoal completion fish\n${lines.map((line) => `complete -c shoal ${line}\n`).join('')}`
}

/** True where the words of a command have been typed, and none of a command below it. */
function conditionOf(words: readonly string[], { commands }: CommandNode): string {
  const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`)
  const below = commands.map(({ name }) => name)
  const conditions = below.length > 0 ? [...seen, `not __fish_seen_subcommand_from ${below.join(' ')}`] : seen
  return conditions.join('; and ') || 'true'
}
