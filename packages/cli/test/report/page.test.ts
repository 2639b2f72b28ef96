import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { reportPage } from '../../dist/report/report-page.js'
import { launchBrowser } from '../support/browser.js'
import { file, fixture, folder } from '../support/files.js'
import { recordingOf } from '../support/recording.js'
import { shoal } from '../support/shoal.js'

watchdog()

const test = suite('the report in a browser')
const browser = await launchBrowser()
const charts = ['timeline', 'throughput', 'memory', 'chunk-times']
/** Where to put pictures for people to look at. */
const screenshots = process.env.SHOAL_TEST_SCREENSHOT || undefined

/** What is used of the browser's own; tests are compiled without its types. */
interface Canvas {
  readonly width: number
  readonly height: number
  getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray } }
  toDataURL(): string
}
declare const document: { querySelector(selector: string): Canvas }

interface Opened {
  readonly page: Page
  readonly problems: readonly string[]
}

/** The report of a run, as a file, in a browser without a network. */
async function open(browser: Browser, made: ReturnType<typeof recordingOf>, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const name = `report-${colorScheme}-${made.recording.timings.length}.html`
  return openPage(browser, file(name, reportPage(made.recording, made.report, '0.0.0')), colorScheme)
}

async function openPage(browser: Browser, path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await browser.newContext({ offline: true, colorScheme, viewport: { width: 1200, height: 900 } })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) problems.push(`asks for ${request.url()}`)
  })
  await page.goto(pathToFileURL(path).href)
  return { page, problems }
}

/** How many pixels of a chart are drawn on. */
function inked(page: Page, id: string): Promise<number> {
  return page.evaluate((id) => {
    const canvas = document.querySelector(`#${id} canvas`)
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return data.filter((value, at) => at % 4 === 3 && value > 0).length
  }, id)
}

/** A chart as it is now; a screenshot would scroll to it. */
function picture(page: Page, id: string): Promise<string> {
  return page.evaluate((id) => document.querySelector(`#${id} canvas`).toDataURL(), id)
}

if (browser !== undefined) {
  test.after(() => browser.close())

  for (const scheme of ['light', 'dark'] as const) {
    test(`loads without the network, draws every chart and has nothing on its console, ${scheme}`, async () => {
      const { page, problems } = await open(browser, recordingOf(), scheme)
      for (const id of charts) assert.ok((await inked(page, id)) > 1000, id)
      if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}-${scheme}.png`, fullPage: true })
      assert.equal(problems, [])
    })
  }

  test('shows parameters and names as they are, whatever is in them', async () => {
    const { page, problems } = await open(browser, recordingOf())
    assert.is(await page.textContent('h1'), 'made-up <job> & "co"')
    assert.ok((await page.textContent('.facts'))!.includes('</script><script>alert(1)</script>'))
    assert.equal(problems, [])
  })

  test('says which chunk the pointer is on, and zooms all charts over time together', async () => {
    const { page, problems } = await open(browser, recordingOf())
    const box = (await page.locator('#timeline .u-over').boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 8)
    assert.match((await page.textContent('#timeline .tip'))!, /^chunk \d+: [\d.]+ ms from [\d.]+ s$/)
    const before = await picture(page, 'memory')
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 4 })
    await page.mouse.up()
    if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}-zoomed.png`, fullPage: true })
    assert.is.not(await picture(page, 'memory'), before)
    assert.equal(problems, [])
  })

  test('draws a run of many workers and hundreds of thousands of chunks', async () => {
    const made = recordingOf({ workers: 64, chunks: 40 })
    const many = Array.from({ length: 200_000 }, (_, index) => ({
      ...made.recording.timings[index % 40]!,
      startMs: index / 100,
      endMs: index / 100 + 1,
    }))
    const { page, problems } = await open(browser, { ...made, recording: { ...made.recording, elapsedMs: 2001, timings: many } })
    assert.ok((await inked(page, 'timeline')) > 1000)
    assert.equal(problems, [])
  })

  test('draws the run of a real job', async () => {
    const path = join(folder, 'real.html')
    const { code } = await shoal('run', fixture('ticking'), '--chunk-length', '1', '--workers', '2', '--report', path)
    assert.is(code, 0)
    const { page, problems } = await openPage(browser, path)
    for (const id of charts) assert.ok((await inked(page, id)) > 1000, id)
    if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}-real.png`, fullPage: true })
    assert.equal(problems, [])
  })

  test('says so where a run was too short to draw', async () => {
    const made = recordingOf()
    const { page, problems } = await open(browser, { ...made, recording: { ...made.recording, timings: [], samples: [] } })
    assert.is(await page.textContent('#timeline'), 'The run was too short to say.')
    assert.equal(problems, [])
  })
}

if (browser === undefined) test.skip('draws the report, without errors, in a browser', () => {})

test.run()
