/** What the names of an import or export, `{ a, b as c }`, speak of, by what it becomes: `a` by `a`, `b` by `c`. */
export function wordsOf(names = '') {
  return new Map([...names.matchAll(/([\w$]+)(?: as ([\w$]+))?/g)].map(([, word, as = word]) => [as, word]))
}
