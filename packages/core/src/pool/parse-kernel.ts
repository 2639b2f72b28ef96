import { createRequire } from 'node:module'
import type { Expression, Node, Program } from 'estree'
import { glance } from './glance.js'
import type * as Parser from './parser.js'

// Loaded at once where it has not been: the calls of a pool check their kernels before they return.
const require = createRequire(import.meta.url)
const parser = (): typeof Parser => require('#internal/pool/parser.js')

/** What the source of a function tells without being run. */
export interface ParsedKernel {
  /** The source as an expression: a method in shorthand form becomes a function. */
  readonly text: string
  readonly kind: 'function' | 'async function' | 'generator' | 'class'
  /** Names that it leaves to its surroundings; not those that it asks for by `typeof`. */
  readonly freeNames: readonly string[]
  /** `this`, `super`, `new.target` or `import.meta`, where they are those of its surroundings. */
  readonly context: string | undefined
}

/** Before the first kernel: to load the parser, and to run it for the first time, takes much longer than to read a kernel. */
export function warmUpParser(): void {
  parseFully('() => 0')
}

/** Undefined for a source that does not parse. */
export function parseKernel(source: string): ParsedKernel | undefined {
  return glance(source) ?? parseFully(source)
}

export function parseFully(source: string): ParsedKernel | undefined {
  const program = parse(source)
  const expression = expressionOf(program)
  if (program === undefined || expression === undefined) return parseMethod(source)
  return { text: source, kind: kindOf(expression), freeNames: freeNames(program), context: context(expression, false) }
}

function parseMethod(source: string): ParsedKernel | undefined {
  const object = expressionOf(parse(`{${source}\n}`))
  const property = object?.type === 'ObjectExpression' ? object.properties[0] : undefined
  if (property?.type !== 'Property' || !property.method || property.value.type !== 'FunctionExpression') return undefined
  const { async, generator, range } = property.value
  const bracketsBefore = 2
  const text = `${async ? 'async ' : ''}function${generator ? '*' : ''}${source.slice(range![0] - bracketsBefore)}`
  const program = parse(text)
  // Without a program it uses `super`, which only methods have.
  return { text, kind: kindOf(property.value), freeNames: program ? freeNames(program) : [], context: context(property.value, false) }
}

/** In parentheses, so an expression. */
function parse(text: string): Program | undefined {
  const { parseModule } = parser()
  try {
    return parseModule(`(${text}\n)`)
  } catch {
    return undefined
  }
}

function expressionOf(program: Program | undefined): Expression | undefined {
  const [statement, ...others] = program?.body ?? []
  return statement?.type === 'ExpressionStatement' && others.length === 0 ? statement.expression : undefined
}

function kindOf(expression: Expression): ParsedKernel['kind'] {
  if (expression.type !== 'FunctionExpression' && expression.type !== 'ArrowFunctionExpression') return 'class'
  if (expression.generator) return 'generator'
  return expression.async ? 'async function' : 'function'
}

function freeNames(program: Program): string[] {
  const names = new Set(parser().namesThrough(program))
  for (const name of namesUnderTypeof(program)) names.delete(name)
  return [...names]
}

function* namesUnderTypeof(node: Node): Generator<string> {
  if (node.type === 'UnaryExpression' && node.operator === 'typeof' && node.argument.type === 'Identifier') yield node.argument.name
  for (const child of childrenOf(node)) yield* namesUnderTypeof(child)
}

/** The first use of a context that `node` does not have of its own. `isNested` inside of a function or class body with its own `this`. */
function context(node: Node, isNested: boolean): string | undefined {
  if (node.type === 'MetaProperty') {
    const name = `${node.meta.name}.${node.property.name}`
    return isNested && name === 'new.target' ? undefined : name
  }
  if (!isNested && node.type === 'ThisExpression') return 'this'
  if (!isNested && node.type === 'Super') return 'super'
  for (const child of childrenOf(node)) {
    const found = context(child, isNested || hasOwnThis(node, child))
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether the part `child` of `node` has its own `this`: functions but arrows, fields and static blocks of classes. */
function hasOwnThis(node: Node, child: Node): boolean {
  if (child.type === 'FunctionExpression' || child.type === 'FunctionDeclaration' || child.type === 'StaticBlock') return true
  return node.type === 'PropertyDefinition' && child === node.value
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string')
}
