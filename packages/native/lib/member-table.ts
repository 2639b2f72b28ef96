import { part } from './binding.js'

const native = part('member-table')

/** Room of one member's slot. */
export const kMemberBytes = 64

type Table<R> = (view: Int32Array, index: number, count: number) => R

export const membersInitialise = native.membersInitialise as Table<void>
/** The calling thread's slot, found or taken, until it leaves or dies; −1 when all are taken. The memory has to stay for as long. */
export const membersJoin = native.membersJoin as Table<number>
/** False where the segment was closed meanwhile: its memory must stay nevertheless. */
export const membersLeave = native.membersLeave as Table<boolean>
/** A slot whose thread has died, or −1. */
export const membersFindDead = native.membersFindDead as Table<number>
/** Forgets the dead. For one supervisor alone. */
export const membersBury = native.membersBury as Table<void>
