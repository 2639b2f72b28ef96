import { type CommandNode, choicesAfter, quoted } from './command-nodes.js'

export function bashScript(nodes: readonly CommandNode[]): string {
  const names = nodes.slice(1).map(({ path }) => quoted(path))
  const values = nodes.flatMap(choicesAfter).map(({ words, choices }) => `    ${quoted(words)}) found=${quoted(choices.join(' '))} ;;`)
  const options = nodes.map(({ path, options }) => `      ${quoted(path)}) found=${quoted(options.map(({ name }) => name).join(' '))} ;;`)
  const words = nodes
    .map(({ path, commands, choices }) => ({ path, words: [...commands.map(({ name }) => name), ...choices] }))
    .filter(({ words }) => words.length > 0)
    .map(({ path, words }) => `      ${quoted(path)}) found=${quoted(words.join(' '))} ;;`)
  return `# shoal completion bash
_shoal() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} place=shoal found= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$place $word" in
      ${names.join('|')}) place="$place $word" ;;
    esac
  done
  case "$place $previous" in
${values.join('\n')}
    *) if [[ $current == -* ]]; then case $place in
${options.join('\n')}
    esac; else case $place in
${words.join('\n')}
    esac; fi ;;
  esac
  COMPREPLY=($(compgen -W "$found" -- "$current"))
}
complete -o default -F _shoal shoal
`
}
