import type { ParsedKernel } from './parse-kernel.js'

/** An arrow whose parameters are plain names, or patterns of plain names. */
const ARROW = /^(?:([A-Za-z_$][\w$]*)|\(([\w$\s,{}[\]]*)\))\s*=>/
/** What its one expression may consist of. A slash divides, where it is behind a value. */
const TOKENS = [
  /\s+/,
  /'[^'\\\n]*'|"[^"\\\n]*"/,
  /\d[\w.]*/,
  /\.\s*[A-Za-z_$][\w$]*/, // a property
  /(?<name>[A-Za-z_$][\w$]*)/,
  /(?<=[\w$)\]]\s*)\/(?![/*])/,
  /[-+*%()[\],.?:<>=!&|^~]/,
]
const TOKEN = new RegExp(TOKENS.map(({ source }) => source).join('|'), 'y')
/** Nested arrows, spread elements, and what begins a comment in old scripts. */
const BEYOND = /=>|\.\.|<!--|-->/
const LITERAL = /^(true|false|null)$/
const RESERVED =
  /^(async|await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|finally|for|function|if|implements|import|in|instanceof|interface|let|new|package|private|protected|public|return|static|super|switch|this|throw|try|typeof|var|void|while|with|yield)$/

/**
 * Reads the source of an arrow that is one plain expression, such as `(a, b) => a + b`, without the parser, which takes longer to load than
 * a worker takes to get ready. In it nothing is declared but the parameters, so every other name is free. Undefined for all that is more, or
 * might be.
 */
export function glance(source: string): ParsedKernel | undefined {
  const [head, single, list = ''] = ARROW.exec(source) ?? []
  if (head === undefined) return undefined
  const body = source.slice(head.length)
  if (BEYOND.test(body)) return undefined
  const parameters = single === undefined ? namesIn(list) : [single]
  const names = namesOf(body)
  if (names === undefined || [...parameters, ...names].some((name) => RESERVED.test(name))) return undefined
  const freeNames = [...new Set(names)].filter((name) => !parameters.includes(name) && !LITERAL.test(name))
  return { text: source, kind: 'function', freeNames, context: undefined }
}

function namesIn(list: string): string[] {
  return list.match(/[\w$]+/g) ?? []
}

/** Undefined when there is anything but tokens. */
function namesOf(body: string): string[] | undefined {
  const names: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < body.length) {
    const token = TOKEN.exec(body)
    if (token === null) return undefined
    if (token.groups!.name !== undefined) names.push(token.groups!.name)
  }
  return names
}
