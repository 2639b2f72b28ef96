import { binding } from './binding.js'

/** Room of one member's slot. */
export const kMemberBytes = 64

type Table<R> = (view: Int32Array, index: number, count: number) => R

export const membersInitialise = binding.membersInitialise as Table<void>
/** The calling thread's slot, found or taken, until it leaves or dies; −1 when all are taken. The memory has to stay for as long. */
export const membersJoin = binding.membersJoin as Table<number>
/** False where the segment was closed meanwhile: its memory must stay nevertheless. */
export const membersLeave = binding.membersLeave as Table<boolean>
/** A slot whose thread has died, or −1. */
export const membersFindDead = binding.membersFindDead as Table<number>
/** Forgets the dead. For one supervisor alone. */
export const membersBury = binding.membersBury as Table<void>
