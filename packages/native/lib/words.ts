/** Shared memory for a native call; indexes count words of 32 bits from its start. A DataView is the faster of the two. */
export type Words = Int32Array | DataView
