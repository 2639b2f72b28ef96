import { type CommandNode, choicesAfter, type Described, quoted } from './command-nodes.js'

export function zshScript(nodes: readonly CommandNode[]): string {
  const names = nodes.slice(1).map(({ path }) => quoted(path))
  const values = nodes
    .flatMap(choicesAfter)
    .map(({ words, choices }) => `    (${quoted(words)}) found=(${choices.map(quoted).join(' ')}) ;;`)
  const options = nodes.map(({ path, options }) => `      (${quoted(path)}) found=(${options.map(described).join(' ')}) ;;`)
  const words = nodes
    .filter(({ commands, choices }) => commands.length + choices.length > 0)
    .map(
      ({ path, commands, choices }) =>
        `      (${quoted(path)}) found=(${[...commands.map(described), ...choices.map(quoted)].join(' ')}) ;;`,
    )
  return `#compdef shoal
# shoal completion zsh
_shoal() {
  local place=shoal word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      (${names.join('|')}) place="$place $word" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${values.join('\n')}
    (*) if [[ \${words[CURRENT]} == -* ]]; then case $place in
${options.join('\n')}
    esac; else case $place in
${words.join('\n')}
    esac; fi ;;
  esac
  if (( $#found )); then _describe shoal found; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _shoal "$@"; else compdef _shoal shoal; fi
`
}

/** `name:description`, where a colon in the name would end it. */
function described({ name, description }: Described): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${description}`)
}
