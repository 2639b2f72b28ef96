/**
 * JSON of whatever jobs have for parameters and results: big integers as texts, typed arrays and sets as arrays, maps with texts for keys as
 * objects and others as pairs. Undefined for what JSON has nothing for.
 */
export function jsonText(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return String(part)
    if (ArrayBuffer.isView(part) && !(part instanceof DataView)) return Array.from(part as Uint8Array)
    if (part instanceof Set) return [...part]
    if (part instanceof Map) return [...part.keys()].every((key) => typeof key === 'string') ? Object.fromEntries(part) : [...part]
    return part
  })
}
