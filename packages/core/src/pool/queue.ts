import { Region } from './region.js'
import { Task } from './task.js'

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

  removeAt(place: number): void {
    const work = place === 0 ? this.#waiting.shift() : this.#waiting.splice(place, 1)[0]
    if (work instanceof Task) this.#taskCount--
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

  /** Behind all that wait but tasks of lower priority, which are the last ones among tasks. */
  #placeOf(work: Task): number {
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
