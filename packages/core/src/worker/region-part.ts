/** What one rank does of a region: its own share, and what is left to the last one out. */
export interface RegionPart {
  /** This rank's share. */
  work(): void
  /** For the last one out: combines what all have brought. */
  complete?(): void
}
