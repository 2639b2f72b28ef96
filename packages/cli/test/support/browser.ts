import { spawnSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chromium-headless-shell', 'chrome']

/** Chromium as it is on this machine: `SHOAL_TEST_CHROMIUM`, or one on PATH. */
function chromiumPath(): string | undefined {
  const asked = process.env.SHOAL_TEST_CHROMIUM
  if (asked) return asked
  return names.map((name) => spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim()).find((path) => path !== '')
}

/** Undefined, said loudly, where there is no browser. */
export async function launchBrowser(): Promise<Browser | undefined> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) {
    console.log(`SKIPPED: no browser. Install one of ${names.join(', ')}, or name one in SHOAL_TEST_CHROMIUM`)
    return undefined
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}
