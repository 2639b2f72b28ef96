/** For tests that compile everything again, which takes minutes: they run where CI is set, and say elsewhere that they did not. */
export function onlyInCi(title: string): boolean {
  if (process.env.CI !== undefined) return true
  console.error(`SKIPPED: ${title} (compiles everything again; set CI=1 to run it)`)
  return false
}
