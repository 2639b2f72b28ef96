import { barrierBytes } from '../sync/index.js'

/**
 * The 32-bit words of a control segment, by name, and their values. Words that different ranks write lie on different 128-byte lines (two
 * cache lines: the prefetcher pulls pairs). Who writes what, and in which order, is in pool/README.md.
 */
export const LINE = 32
const LINE_BYTES = LINE * 4

export const MAGIC = 0x5348_4f4c
export const VERSION = 1

/** Words of the header. */
export const Header = { magic: 0, version: 1, size: 2, slots: 3, spinNs: 4, timing: 5, yields: 6, wanted: LINE } as const

/** Words of a rank, relative to its block. */
export const Rank = {
  /** Written by the parent: a command (see `postOf`), and the futex that a parked member sleeps on. */
  post: 0,
  /** How many attachment messages have been sent to this rank. */
  sent: 1,
  /** 1 while the member sleeps on `post`. Written by the member, but so seldom that the line is the parent's: who posts reads no other. */
  parked: 2,
  /** Written by the member: the last `post` that it has done. */
  handled: LINE,
  /** How many attachment messages it has taken in. */
  received: LINE + 1,
  /** Written by the member, read for statistics: how much the rank has done so far, whoever has had it. */
  regions: LINE + 4,
  tasks: LINE + 5,
  /** Doubles. `busyMs` only where `Header.timing` is set. */
  chunks: LINE + 6,
  extent: LINE + 8,
  busyMs: LINE + 10,
  /** The life mutex, 64-byte aligned. */
  life: 2 * LINE,
  /** Written by the member, and asked for with its life: on a line that does not change while it lives. */
  state: 2 * LINE + 16,
} as const
export const RANK_WORDS = 3 * LINE

/**
 * Words of a region slot, relative to its block. All that changes a few times in a region at most is in one cache line: a short region takes as
 * long as lines take from CPU to CPU.
 */
export const Slot = {
  /** Written by the parent before the region is posted. */
  sequence: 0,
  width: 1,
  chunkCount: 2,
  payloadBytes: 3,
  retry: 4,
  /** Equal for calls that need not be read again; 0 for one that must. */
  callId: 5,
  /** How many entries there are: written by the parent, while `phase` is `joining` or before the region is posted. */
  entries: 6,
  /** Why ranks are to look up before their next chunk: see `Stop`. */
  stop: 7,
  /** The lowest chunk that threw; `NO_FAILURE` while none has. */
  failedAt: 8,
  /** Set after a death between a counter and the record of the claim: the completer looks for chunks that nobody has. */
  sweep: 9,
  /** How the parent learns that the region is done: see `Watch`. */
  watch: 10,
  /** The entry that has completed the region, plus 1; 0 while none has. A futex. All that whoever waits for the end looks at, and stored once. */
  doneBy: 11,
  /** Bytes of the log in use: what `Atomics.add` hands out. */
  logTop: LINE,
  barrier: 2 * LINE,
} as const
const BARRIER_LINES = Math.ceil(barrierBytes / LINE_BYTES)
export const AFTER_BARRIER = (2 + BARRIER_LINES) * LINE

/** Words of a loop that the ranks of an `spmd` region claim chunks of, relative to `ControlLayout.loop`. */
export const Loop = {
  /** How often the entry has been used: loop n has it while this is ⌊n / LOOPS⌋. A futex. */
  turn: 0,
  /** The next chunk to claim. */
  next: 1,
  /** Ranks that are done with the loop. */
  finished: 2,
  /** Hash of what the first rank asked for, and its seat; 0 while nobody has come. */
  claim: 3,
} as const
export const LOOP_WORDS = 4
/** How many loops apart the ranks of a region may be. */
export const LOOPS = LINE / LOOP_WORDS

/**
 * Words of a slot for the collectives of `spmd`, relative to `ControlLayout.collectives`. The parent zeroes them before the region, if the one
 * before has used them.
 */
export const Shared = {
  /** The lock of `exclusive`: free, held, held and waited for. A futex. */
  lock: 0,
  /** The last `single`: its number and the seat that runs it. */
  single: 1,
  /** Stored by a rank before it writes any of the others. */
  isUsed: 2,
  loops: LINE,
} as const
export const SHARED_WORDS = 2 * LINE

/** Words of what a seat publishes in one step of the collectives, relative to `ControlLayout.seat`. See worker/collectives/README.md. */
export const Seat = {
  step: 0,
  /** Which collective, operation and type. */
  signature: 1,
  root: 2,
  form: 3,
  /** Doubles: elements of the array; the value, if it is a number; bytes in the scratch, over all pieces. */
  count: 4,
  value: 6,
  byteLength: 8,
  /** Which memory the array is a view over, and a double, where in it. */
  segment: 10,
  byteOffset: 12,
  /** How many loops of `chunks` the rank has begun before the step. */
  loops: 11,
  /** A hash of what else the ranks have to agree on, or 0; and bytes of it in words, to the end of the line. */
  detail: 14,
  detailLength: 15,
  detailText: 17,
} as const
/** Words of how far a seat has come with its loops, relative to `ControlLayout.seatLoops`. */
export const SeatLoops = {
  /** For error messages: which loop, how many chunks, and a double, of how many elements. */
  number: 0,
  count: 1,
  length: 2,
  /** Where the rank waits, or that it has left; written when that takes long. Counts in the region whose sequence number this is. */
  sequence: 4,
  step: 5,
  ended: 6,
  /** That the rank has returned from the region whose sequence number this is. */
  returned: 7,
} as const
export const SEAT_WORDS = 3 * LINE

/** One piece of what a seat publishes in a step; there are two a seat, used in turn. */
export const SCRATCH_BYTES = 256 * 1024

export const SLOT_FIXED = AFTER_BARRIER + SHARED_WORDS

/** Words of an entry: one rank's part in one region. A rank that replaces a dead one gets an entry of its own. */
export const Entry = {
  rank: 0,
  /** The last frame that this entry has brought, in units of 8 bytes plus 1; 0 = none, −1 = `value`. Storing it is what commits the frame. */
  lastFrame: 1,
  claimState: 2,
  /** How many runs of chunks it has claimed, and how many of them nobody has to work on again. */
  runCount: 4,
  committedRuns: 5,
  /** A double, in the place of these two: the number that a rank of `spmd`, which claims nothing, has returned. */
  value: 4,
  /** The chunk that it is on; `NO_CHUNK` between runs. */
  position: 6,
  /** With `retry: 'preimage'`: the last chunk whose copy is complete, plus 1; it is to be put back unless it is `finished`, which counts alike. */
  saved: 7,
  /** A double: how much of the source it has finished. */
  extent: 8,
  chunks: 10,
  /** Set by the parent when the rank is dead: its runs from `redoNext` on are anybody's. */
  isVoid: 12,
  redoNext: 13,
  finished: 14,
} as const
/** One cache line. */
export const ENTRY_WORDS = 16

/** At most this many deaths in one region. */
export const SPARE_ENTRIES = 64
/** Runs of chunks that an entry can record. Neighbouring runs are one, so this is a number of steals rather than of claims. */
export const MAX_RUNS = 2048

export const NO_FAILURE = 2 ** 31 - 1
export const NO_CHUNK = -1

/** Values of `Rank.state`. */
export const State = { none: 0, starting: 1, alive: 2, dead: 3 } as const
/** Values of `Slot.watch`: the parent sleeps and is rung; looks at the slot by itself; takes part as a caller, and looks; and sleeps on `doneBy`. */
export const Watch = { bell: 0, looks: 1, callerLooks: 2, callerSleeps: 3 } as const
/**
 * Values of the word at `ControlLayout.phase`, who may complete the region; from when an entry completes it, `completing` plus that entry's
 * number.
 */
export const Phase = { open: 0, joining: 1, completing: 16 } as const
/** Bits of `Slot.stop`: the region was cancelled; a chunk has thrown, and `failedAt` says which. One word for both, since every chunk asks. */
export const Stop = { none: 0, cancelled: 1, failed: 2 } as const
/** Values of `Slot.retry`. */
export const RetryMode = { never: 0, idempotent: 1, preimage: 2 } as const
/**
 * Values of the words at `ControlLayout.presence`: inside; has brought all that it brings; looks at the slot no more. The one that completes
 * the region stores `Slot.doneBy` instead of `out`.
 */
export const Presence = { inside: 1, left: 2, out: 3 } as const
/** Values of `Entry.claimState`. */
export const Claim = { none: 0, claiming: 1, held: 2 } as const

/** At most this many regions side by side. */
export const MAX_SLOTS = 8
