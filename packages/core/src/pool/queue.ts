import { Region } from './region.js'
import { Task } from './task.js'
import { type Forecast, ranksFor, type TaskPlace, type Vacancies } from './vacancies.js'

/** Calls that wait for workers, in the order in which they are to begin: as they came, tasks of higher priority first among tasks. */
export class Queue {
  readonly #waiting: (Region | Task)[] = []
  #taskCount = 0

  get length(): number {
    return this.#waiting.length
  }

  /** Of tasks alone; counted, since each new task asks for it. */
  get taskCount(): number {
    return this.#taskCount
  }

  at(place: number): Region | Task {
    return this.#waiting[place]!
  }

  add(work: Region | Task): void {
    if (work instanceof Region) {
      this.#waiting.push(work)
      return
    }
    this.#taskCount++
    this.#waiting.splice(this.#placeOf(work), 0, work)
  }

  removeAt(place: number): Region | Task {
    const work = (place === 0 ? this.#waiting.shift() : this.#waiting.splice(place, 1)[0])!
    if (work instanceof Task) this.#taskCount--
    return work
  }

  /** False when it does not wait. */
  remove(work: Region | Task): boolean {
    const place = this.#waiting.indexOf(work)
    if (place === -1) return false
    this.removeAt(place)
    return true
  }

  removeAll(): (Region | Task)[] {
    this.#taskCount = 0
    return this.#waiting.splice(0)
  }

  /** The place of the first call, from `from` on, that can begin, and its ranks; undefined when there is none. */
  next(vacancies: Vacancies, from: number): { readonly place: number; readonly ranks: readonly number[] } | undefined {
    for (let place = from; place < this.length; place++) {
      const work = this.#waiting[place]!
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
    for (const work of [...this.#waiting.slice(0, place), ...tasks, ...this.#waiting.slice(place)]) {
      if (forecast.begins(work)) {
        if (!(work instanceof Region)) waiting--
        if (tasks.includes(work as TaskPlace)) coming--
      } else if (!mayBePassed(work)) break
    }
    return coming === 0 ? 0 : waiting
  }

  /** Behind all that wait but tasks of lower priority, which are the last ones among tasks. */
  #placeOf(work: TaskPlace): number {
    let place = this.#waiting.length
    for (let at = place - 1; at >= 0; at--) {
      const other = this.#waiting[at]!
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
