import { expectedRange, expectedType } from '../../errors/index.js'
import type { Segment, TypedArray } from '../../memory/index.js'
import { type ReduceOp, Seat } from '../../protocol/index.js'
import { refusePromise } from '../refuse-promise.js'
import { reduceArray } from './array-reduction.js'
import { describePlace } from './call-detail.js'
import { elementTypeOf } from './element-type.js'
import type { Exchange } from './exchange.js'
import { bigintOperations, checkOperation, isBitwise, numberOperations } from './number-operations.js'
import type { Runner } from './runner.js'
import { NO_ROOT, signatureOf, type ViewReductionName } from './signature.js'
import { ValueExchange } from './value-exchange.js'

const signatures = {
  bcast: signatureOf('bcast'),
  gather: signatureOf('gather'),
  allGather: signatureOf('allGather'),
  scatter: signatureOf('scatter'),
  single: signatureOf('single'),
  allReduce: signatureOf('allReduce', 'function'),
}

/** Those of numbers are looked up, since they are what takes the time of such a call beside the barrier. */
const numberSignatures = {
  reduce: forEachOperation((op) => signatureOf('reduce', op, 'number')),
  allReduce: forEachOperation((op) => signatureOf('allReduce', op, 'number')),
  scan: forEachOperation((op) => signatureOf('scan', op)),
  exscan: forEachOperation((op) => signatureOf('exscan', op)),
}

export interface ViewReduction {
  readonly name: ViewReductionName
  readonly view: TypedArray
  /** What else all ranks give. */
  readonly agreed: {
    readonly isCompensated?: boolean
    readonly other?: TypedArray
    /** In words. */
    readonly options?: string
  }
}

/** What the ranks of an `spmd` region do together. Meanings are those of the interface `Context`; how, README.md says. */
export class Collectives {
  readonly #exchange: Exchange
  readonly #values: ValueExchange
  readonly #runner: Runner
  readonly #rank: number
  readonly #size: number

  constructor(exchange: Exchange, runner: Runner, resolve: (ids: readonly string[]) => readonly Segment[]) {
    this.#exchange = exchange
    this.#runner = runner
    this.#values = new ValueExchange(exchange, resolve)
    this.#rank = exchange.rank
    this.#size = exchange.size
  }

  bcast(value: unknown, root: number): unknown {
    this.#checkRoot(root)
    const line = this.#exchange.announce(signatures.bcast, root)
    return this.#spread(line, root, value)
  }

  single(fn: () => unknown): unknown {
    const runner = this.#runner.elect()
    const value = runner === this.#rank ? this.#exchange.within('single()', () => refusePromise(fn())) : undefined
    const line = this.#exchange.announce(signatures.single)
    return this.#spread(line, runner, value)
  }

  gather(value: unknown, root: number): unknown[] | undefined {
    this.#checkRoot(root)
    this.#values.bring(this.#exchange.announce(signatures.gather, root), value)
    this.#exchange.meet()
    if (this.#rank === root) return this.#values.receive(0, this.#size)
    this.#values.receive(0, 0)
    return undefined
  }

  allGather(value: unknown): unknown[] {
    return this.#all(signatures.allGather, value)
  }

  /** What each rank has made of its part of a view that all give. */
  partsOf({ name, view, agreed }: ViewReduction, part: unknown): unknown[] {
    const { isCompensated = false, other, options = '' } = agreed
    const signature = signatureOf(name, isCompensated ? 'compensated' : 'none', view[Symbol.toStringTag])
    const views = other === undefined ? describePlace(view) : `${describePlace(view)}, ${describePlace(other)}`
    this.#values.bring(this.#exchange.announce(signature, NO_ROOT, view.length, { options, views }), part)
    this.#exchange.meet()
    return this.#values.receive(0, this.#size)
  }

  scatter(values: unknown, root: number): unknown {
    this.#checkRoot(root)
    if (this.#rank === root) this.#checkParts(values)
    const line = this.#exchange.announce(signatures.scatter, root)
    if (this.#rank === root) this.#values.bringParts(line, values as readonly unknown[])
    else this.#values.bringNothing(line)
    this.#exchange.meet()
    return this.#values.receiveFrom(root)
  }

  allReduce(value: unknown, op: unknown): unknown {
    if (typeof op !== 'function') return this.#reduce('allReduce', value, op, NO_ROOT)
    return this.#all(signatures.allReduce, value).reduce((a, b) => op(a, b))
  }

  reduce(value: unknown, op: unknown, root: number): unknown {
    this.#checkRoot(root)
    return this.#reduce('reduce', value, op, root)
  }

  scan(value: unknown, op: unknown): number {
    const operation = checkOperation(op)
    this.#shareNumber(numberSignatures.scan[operation], operation, value)
    return this.#fold(operation, this.#rank + 1)
  }

  exscan(value: unknown, op: unknown): number {
    const operation = checkOperation(op)
    this.#shareNumber(numberSignatures.exscan[operation], operation, value)
    return this.#rank === 0 ? numberOperations[operation].identity : this.#fold(operation, this.#rank)
  }

  #reduce(name: 'reduce' | 'allReduce', value: unknown, op: unknown, root: number): unknown {
    const operation = checkOperation(op)
    const isWanted = root === NO_ROOT || root === this.#rank
    if (typeof value === 'number') {
      this.#shareNumber(numberSignatures[name][operation], operation, value, root)
      return isWanted ? this.#fold(operation, this.#size) : undefined
    }
    if (typeof value === 'bigint') {
      const values = this.#all(signatureOf(name, operation, 'bigint'), value, root) as bigint[]
      return isWanted ? values.reduce(bigintOperations[operation]) : undefined
    }
    const type = elementTypeOf(value)
    if (type === undefined) throw expectedType('value', 'a number, a bigint or a typed array (or a function for op)', value)
    const array = value as InstanceType<typeof type>
    const signature = signatureOf(name, operation, type.name)
    reduceArray(this.#exchange, { signature, root, op: operation, type, array, writeBack: isWanted })
    return isWanted ? array : undefined
  }

  #shareNumber(signature: number, op: ReduceOp, value: unknown, root = NO_ROOT): void {
    if (typeof value !== 'number') throw expectedType('value', 'a number', value)
    const line = this.#exchange.announce(signature, root)
    this.#exchange.doubles[(line + Seat.value) / 2] = isBitwise(op) ? value | 0 : value
    this.#exchange.meet()
  }

  /** Over the numbers of the seats `[0, end)`, from left to right. */
  #fold(op: ReduceOp, end: number): number {
    const { doubles } = this.#exchange
    const { combine } = numberOperations[op]
    let result = doubles[(this.#exchange.lineOf(0) + Seat.value) / 2]!
    for (let seat = 1; seat < end; seat++) result = combine(result, doubles[(this.#exchange.lineOf(seat) + Seat.value) / 2]!)
    return result
  }

  /** Copies of every rank's value, this rank's own too, so that all ranks hold the same. */
  #all(signature: number, value: unknown, root = NO_ROOT): unknown[] {
    this.#values.bring(this.#exchange.announce(signature, root), value)
    this.#exchange.meet()
    return this.#values.receive(0, this.#size)
  }

  /** The value of one rank for all. */
  #spread(line: number, source: number, value: unknown): unknown {
    if (this.#rank !== source) {
      this.#values.bringNothing(line)
      this.#exchange.meet()
      return this.#values.receiveFrom(source)
    }
    this.#values.bring(line, value)
    this.#exchange.meet()
    this.#values.receive(0, 0)
    return value
  }

  #checkRoot(root: unknown): void {
    if (typeof root !== 'number') throw expectedType('root', 'a rank', root)
    if (!Number.isInteger(root) || root < 0 || root >= this.#size) throw expectedRange('root', `a rank from 0 to ${this.#size - 1}`, root)
  }

  #checkParts(values: unknown): void {
    if (!Array.isArray(values)) throw expectedType('values', 'an array with one value for each rank', values)
    if (values.length !== this.#size) throw expectedRange('values.length', `${this.#size}, one value for each rank`, values.length)
  }
}

function forEachOperation(signature: (op: ReduceOp) => number): Readonly<Record<ReduceOp, number>> {
  const entries = (Object.keys(numberOperations) as ReduceOp[]).map((op) => [op, signature(op)])
  return Object.fromEntries(entries) as Record<ReduceOp, number>
}
