/** `count` different names of all lengths up to 100 bytes, in characters of 1 to 4 bytes. */
export function awkwardNames(count: number): string[] {
  const letters = ['a', 'é', '漢', '🌡', '\u{ffff}', '\u{feff}', 'Z', ' ', '=']
  return Array.from({ length: count }, (_, index) => {
    let name = `${index}#`
    for (let i = index; Buffer.byteLength(name + letters[i % letters.length]) <= index % 101; i++) name += letters[i % letters.length]
    return name
  })
}
