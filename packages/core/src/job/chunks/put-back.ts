import type { OpenedSource } from '../../source/index.js'
import type { MappedFile } from '../files/mapped-file.js'
import { Remaining, ROOT_LEVEL, type TreePlace, type Window } from './remaining.js'

/** Makes what a window of a stage in place works on what it was before the stage. */
export async function putBack(file: MappedFile, opened: OpenedSource, { first, end }: Pick<Window, 'first' | 'end'>): Promise<void> {
  const { data } = opened
  if (data.type !== 'view') return
  const { byteOffset } = data.source
  const bytesPerElement = data.source instanceof DataView ? 1 : data.source.BYTES_PER_ELEMENT
  const place = (chunk: number): number => byteOffset + opened.extentBefore(chunk) * bytesPerElement
  await file.putBack(place(first), place(end))
}

/** The same for all but what is done. */
export async function putBackRest(file: MappedFile, opened: OpenedSource, done: readonly TreePlace[]): Promise<void> {
  const remaining = new Remaining(Math.max(1, opened.cutting.count), done)
  for (let window = remaining.next(ROOT_LEVEL); window !== undefined; window = remaining.next(ROOT_LEVEL))
    await putBack(file, opened, window)
}
