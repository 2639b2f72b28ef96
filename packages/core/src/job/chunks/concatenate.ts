/** What chunks with a `recordsOutput` return, and what becomes of it on the way: pieces in order. */
export type Pieces = string | Uint8Array | (string | Uint8Array)[]

/** The `combine` of such chunks, in workers too: neighbours one after the other. */
export function concatenate(earlier: Pieces, later: Pieces): Pieces {
  const pieces = Array.isArray(earlier) ? earlier : [earlier]
  if (Array.isArray(later)) for (const piece of later) pieces.push(piece)
  else pieces.push(later)
  return pieces
}
