/** A typed array as a native kernel reads or writes it, by its own element type: any of the twelve. Indexes and counts are in elements. */
export type KernelView = ArrayBufferView

/** The arguments of a kernel that say which elements it works on. */
export type Part = [view: KernelView, start: number, end: number]
