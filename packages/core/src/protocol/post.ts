import { MAX_SLOTS } from './words.js'

/** Commands are the slot to run, or to leave the loop, or to take in what has been sent. */
export const LEAVE = MAX_SLOTS
export const RECEIVE = MAX_SLOTS + 1

/**
 * A command with the entry that the rank has in the region, after `previous`. All in one word, with a count that makes it differ from the
 * command before: a member can not take half of one command and half of the next, which may come before it has seen the first.
 */
export function postOf(previous: number, command: number, entry: number): number {
  return (((previous >>> 15) + 1) << 15) | (entry << 4) | command
}

export function commandOf(post: number): number {
  return post & 0xf
}

export function entryOf(post: number): number {
  return (post >>> 4) & 0x7ff
}
