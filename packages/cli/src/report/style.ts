/** The page's own style; light and dark as the reader has it. The scripts take colours of charts from its variables. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #fcfcfb; --card: #ffffff; --ink: #1d2125; --faint: #6a737d; --line: #e1e4e8;
  --work: #3b7dd8; --slow: #e08a00; --very-slow: #c8321f; --area: #3b7dd822;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171a; --card: #1c2024; --ink: #e6e8ea; --faint: #9aa4ae; --line: #31373d;
    --work: #5b9bf0; --slow: #f0a530; --very-slow: #f06a55; --area: #5b9bf022;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 75rem; background: var(--back); color: var(--ink); font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, Ubuntu, 'DejaVu Sans', sans-serif; }
header p, section > p, footer, dt { color: var(--faint); }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 0 0 .4rem; font-size: 1.05rem; }
header p, section > p { margin: 0 0 .5rem; }
section { margin: 0 0 1rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem 1.5rem .2rem 0; text-align: left; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: normal; }
.chart { position: relative; min-height: 3rem; }
.legend { display: flex; gap: 1.2rem; margin: .3rem 0 0; color: var(--faint); font-size: .85rem; }
.legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; border-radius: 2px; vertical-align: -1px; }
.uplot .u-legend { text-align: left; color: var(--faint); font-size: .85rem; }
.u-legend th, .u-legend td { padding: 0 .3rem 0 0; border: 0; }
.tip { position: absolute; z-index: 1; padding: .25rem .5rem; pointer-events: none; white-space: nowrap; font-size: .85rem;
  background: var(--ink); color: var(--back); border-radius: .3rem; display: none; }
footer { font-size: .85rem; }
@media print { section { break-inside: avoid; } }
`
