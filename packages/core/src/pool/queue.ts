import { Region } from './region.js'
import { Task } from './task.js'
import { type Forecast, ranksFor, type TaskPlace, type Vacancies } from './vacancies.js'

/** To take the first out of more calls than this would move all the others, which takes as long as a task. */
const MANY = 1024

/** Calls that wait for workers, in the order in which they are to begin: as they came, tasks of higher priority first among tasks. */
export class Queue {
  readonly #waiting: (Region | Task | undefined)[] = []
  /** How many that have gone already stand before the first: of many. */
  #gone = 0
  #taskCount = 0

  get length(): number {
    return this.#waiting.length - this.#gone
  }

  /** Of tasks alone; counted, since each new task asks for it. */
  get taskCount(): number {
    return this.#taskCount
  }

  at(place: number): Region | Task {
    return this.#waiting[this.#gone + place]!
  }

  add(work: Region | Task): void {
    if (work instanceof Region) {
      this.#waiting.push(work)
      return
    }
    this.#taskCount++
    this.#waiting.splice(this.#gone + this.#placeOf(work), 0, work)
  }

  removeAt(place: number): Region | Task {
    const work = (place === 0 ? this.#removeFirst() : this.#waiting.splice(this.#gone + place, 1)[0])!
    if (work instanceof Task) this.#taskCount--
    return work
  }

  /** False when it does not wait. */
  remove(work: Region | Task): boolean {
    const index = this.#waiting.indexOf(work, this.#gone)
    if (index === -1) return false
    this.removeAt(index - this.#gone)
    return true
  }

  removeAll(): (Region | Task)[] {
    this.#taskCount = 0
    const all = this.#waiting.splice(0).slice(this.#gone) as (Region | Task)[]
    this.#gone = 0
    return all
  }

  /** The place of the first call, from `from` on, that can begin, and its ranks; undefined when there is none. */
  next(vacancies: Vacancies, from: number): { readonly place: number; readonly ranks: readonly number[] } | undefined {
    for (let place = from; place < this.length; place++) {
      const work = this.at(place)
      const ranks = ranksFor(work, vacancies)
      if (ranks !== undefined) return { place, ranks }
      if (!mayBePassed(work)) return undefined
    }
    return undefined
  }

  /**
   * How many tasks would wait if `tasks`, of one priority, came too and everything began that can; 0 when all of `tasks` would begin.
   */
  waitingWith(tasks: readonly TaskPlace[], forecast: Forecast): number {
    const place = this.#placeOf(tasks[0]!)
    let waiting = this.#taskCount + tasks.length
    let coming = tasks.length
    const all = this.#waiting.slice(this.#gone) as (Region | Task)[]
    for (const work of [...all.slice(0, place), ...tasks, ...all.slice(place)]) {
      if (forecast.begins(work)) {
        if (!(work instanceof Region)) waiting--
        if (tasks.includes(work as TaskPlace)) coming--
      } else if (!mayBePassed(work)) break
    }
    return coming === 0 ? 0 : waiting
  }

  #removeFirst(): Region | Task | undefined {
    const waiting = this.#waiting
    if (this.#gone === 0 && waiting.length <= MANY) return waiting.shift()
    const first = waiting[this.#gone]
    waiting[this.#gone++] = undefined
    if (2 * this.#gone > waiting.length) {
      waiting.splice(0, this.#gone)
      this.#gone = 0
    }
    return first
  }

  /** Behind all that wait but tasks of lower priority, which are the last ones among tasks. */
  #placeOf(work: TaskPlace): number {
    let place = this.length
    for (let at = place - 1; at >= 0; at--) {
      const other = this.at(at)
      if (!(other instanceof Task)) continue
      if (other.priority >= work.priority) break
      place = at
    }
    return place
  }
}

/** A task for one rank waits for that rank alone: others may go ahead of it, elsewhere. Nothing goes ahead of any other call. */
function mayBePassed(work: Region | TaskPlace): boolean {
  return !(work instanceof Region) && work.rank !== undefined
}
