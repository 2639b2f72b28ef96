import type { Region } from './region.js'

/** Makes a rank's part of each region that has the call it was made for. */
export type MakePart = (region: Region) => RegionPart

/** What one rank does of a region: its own share, and what is left to the last one out. */
export interface RegionPart {
  /** This rank's share of the region. */
  work(region: Region): void
  /** For the last one out: combines what all have brought. */
  complete?(): void
}
