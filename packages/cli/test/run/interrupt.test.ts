import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { file, fixture, folder } from '../support/files.js'
import { descendants, leftovers } from '../support/processes.js'
import { Shoal, shoal } from '../support/shoal.js'
import { shoalOnTerminal } from '../support/terminal.js'

watchdog()

const test = suite('shoal run, interrupted')
const data = file('data.txt', 'one\n')

interface EndlessRun {
  readonly run: Shoal
  readonly workers: readonly number[]
  /** The process that the kernel runs in. */
  readonly busy: number
}

/** A run whose kernel is under way and will not end by itself. */
async function endlessRun(backend: string): Promise<EndlessRun> {
  const run = new Shoal(['run', fixture('endless'), data, '--workers', '2', '--backend', backend])
  const [, busy] = await run.said(/begun by (\d+)\n/)
  return { run, workers: descendants(run.child.pid!), busy: Number(busy) }
}

const gated = fixture('gated')
let runs = 0

/** A run of `gated` with a checkpoint, whose chunks from the third on wait for its gate. The first windows have a chunk or two each. */
function gatedRun(...options: string[]): { run: Shoal; args: string[]; openGate: () => void } {
  const gate = join(folder, `gate-${++runs}`)
  const args = ['run', gated, gate, '--chunk-length', '1', '--workers', '1', '--checkpoint', join(folder, `state of ${runs}`), ...options]
  return { run: new Shoal(args), args, openGate: () => writeFileSync(gate, '') }
}

const begunChunks = (stderr: string): number[] => [...stderr.matchAll(/^chunk (\d)$/gm)].map(([, chunk]) => Number(chunk))

for (const [signal, expected, backend] of [
  ['SIGINT', 130, 'threads'],
  ['SIGTERM', 143, 'processes'],
  ['SIGHUP', 'SIGHUP', 'processes'],
] as const) {
  test(`the first ${signal} finishes the chunks that run, and the command that is printed continues, with ${backend}`, async () => {
    const { run, openGate } = gatedRun('--backend', backend)
    await run.said(/^chunk 2$/m)
    run.child.kill(signal)
    await run.said(/finishing what runs; .* again ends at once\n/)
    openGate()
    const { code, signal: endedBy, stdout, stderr } = await run.ended
    assert.is(code ?? endedBy, expected)
    assert.is(stdout, '')
    const begun = begunChunks(stderr)
    assert.ok(begun.length < 8, 'stopped before the end')
    const [, command] = /: interrupted by SIG\w+: what is done is in .*\. Continue with\n {2}(.*)\n$/.exec(stderr)!
    const continued = spawnSync('sh', ['-c', command!], { encoding: 'utf8' })
    assert.is(continued.stdout, '{"sum":28}\n')
    assert.match(continued.stderr, new RegExp(`^gated: continues from .*, where ${begun.length} chunks are done$`, 'm'))
    assert.equal([...begun, ...begunChunks(continued.stderr)], [0, 1, 2, 3, 4, 5, 6, 7])
    assert.is(continued.status, 0)
  })

  test(`${signal} to all its processes is as ${signal} to the command alone, with ${backend}`, async () => {
    const { run, openGate } = gatedRun('--backend', backend)
    await run.said(/^chunk 2$/m)
    for (const pid of [...descendants(run.child.pid!), run.child.pid!]) process.kill(pid, signal)
    await run.said(/again ends at once\n/)
    openGate()
    const { code, signal: endedBy, stderr } = await run.ended
    assert.is(code ?? endedBy, expected)
    const [, command] = /: interrupted by SIG\w+: what is done is in .*\. Continue with\n {2}(.*)\n$/.exec(stderr)!
    const continued = spawnSync('sh', ['-c', command!], { encoding: 'utf8' })
    assert.is(continued.stdout, '{"sum":28}\n')
    assert.equal([...begunChunks(stderr), ...begunChunks(continued.stderr)], [0, 1, 2, 3, 4, 5, 6, 7])
  })

  test(`the second ${signal} ends at once with ${expected} and leaves nothing, with ${backend}`, async () => {
    const { run } = gatedRun('--backend', backend)
    await run.said(/^chunk 2$/m)
    const workers = descendants(run.child.pid!)
    run.child.kill(signal)
    await run.said(/again ends at once\n/)
    run.child.kill(signal)
    const { code, signal: endedBy, stdout } = await run.ended
    assert.is(code ?? endedBy, expected)
    assert.is(stdout, '')
    assert.equal(await leftovers([run.child.pid!, ...workers]), [])
  })

  test(`${signal} ends chunks that do not end, where nothing is kept of them, with ${backend}`, async () => {
    const { run, workers } = await endlessRun(backend)
    run.child.kill(signal)
    const { code, signal: endedBy, stdout, stderr } = await run.ended
    assert.is(code ?? endedBy, expected)
    assert.is(stdout, '')
    assert.match(stderr, new RegExp(`shoal: interrupted by ${signal}: nothing is kept without --checkpoint\n$`))
    assert.equal(await leftovers([run.child.pid!, ...workers]), [])
  })
}

test('Ctrl-C in a terminal does the same', async () => {
  const args = [
    'run',
    gated,
    join(folder, 'no-gate'),
    '--chunk-length',
    '1',
    '--checkpoint',
    join(folder, 'terminal'),
    '--backend',
    'processes',
  ]
  const { code, stdout, terminal } = await shoalOnTerminal(args, ['chunk 2', 'again ends at once'])
  assert.is(code, 130)
  assert.is(stdout, '')
  assert.match(terminal, /SIGINT: finishing what runs; Ctrl-C again ends at once\r\n/)
})

for (const backend of ['threads', 'processes'])
  test(`what is done is kept when the terminal is closed, with ${backend}`, async () => {
    const state = join(folder, `closed on ${backend}`)
    const args = ['run', fixture('ticking'), '--chunk-length', '1', '--workers', '2', '--checkpoint', state, '--backend', backend]
    const { code, stdout } = await shoalOnTerminal(args, [{ close: ' of 40 chunks' }])
    // By SIGHUP, which shells have as 129.
    assert.is(code, -1)
    assert.is(stdout, '')
    const continued = await shoal(...args)
    assert.match(continued.stderr, /^ticking: continues from .*, where [1-9]\d* chunks are done$/m)
    assert.is(continued.stdout, '{"count":40}\n')
  })

test('tells interruption and the command that continues as JSON with --json', async () => {
  const { run, openGate, args } = gatedRun('--json')
  await run.said(/^chunk 2$/m)
  run.child.kill('SIGINT')
  await run.said(/"event":"interrupting"/)
  openGate()
  const { stderr } = await run.ended
  const { event, exitCode, checkpoint, resume } = JSON.parse(stderr.trimEnd().split('\n').at(-1)!) as Record<string, unknown>
  assert.equal([event, exitCode, checkpoint], ['interrupted', 130, args[8]])
  assert.match(String(resume), / run --resume .*--checkpoint '.*state of \d+'/)
})

test('a killed run continues, and does nothing twice that was safe', async () => {
  const { run, openGate, args } = gatedRun('--json')
  await run.said(/"event":"checkpointed"/)
  run.child.kill('SIGKILL')
  await run.ended
  openGate()
  const { code, stdout, stderr } = await shoal(...args)
  assert.is(stdout, '{"sum":28}\n')
  assert.is(code, 0)
  // The first chunk is a window of its own, and what was committed first.
  const [first] = begunChunks(stderr)
  assert.ok(first! > 0, `began again at ${first}`)
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} to all its processes while workers start interrupts the run`, async () => {
    const run = new Shoal(['run', gated, join(folder, 'no-gate'), '--backend', 'processes'])
    while (descendants(run.child.pid!).length === 0) await setImmediate()
    for (const pid of [...descendants(run.child.pid!), run.child.pid!]) process.kill(pid, signal)
    assert.match((await run.ended).stderr, new RegExp(`shoal: interrupted by ${signal}: .*\n$`))
  })

test('ends with 75 while another run holds the checkpoint', async () => {
  const { run, openGate, args } = gatedRun()
  await run.said(/^chunk 2$/m)
  const second = await shoal(...args)
  assert.match(second.stderr, /^shoal: .*checkpoint.*\n$/)
  assert.is(second.code, 75)
  openGate()
  assert.is((await run.ended).stdout, '{"sum":28}\n')
})

test('--resume refuses where there is nothing to continue from, and --fresh discards what is there', async () => {
  const { run, openGate, args } = gatedRun()
  await run.said(/^chunk 2$/m)
  run.child.kill('SIGINT')
  await run.said(/again ends at once/)
  openGate()
  await run.ended
  const changed = await shoal(...args, '--param', 'open=7')
  assert.match(changed.stderr, /^shoal: .*param open.* discard it with --fresh\n$/)
  assert.is(changed.code, 1)
  const fresh = await shoal(...args, '--fresh')
  assert.equal(begunChunks(fresh.stderr), [0, 1, 2, 3, 4, 5, 6, 7])
  const missing = await shoal(...args, '--resume')
  assert.match(missing.stderr, /^shoal: .*state of \d+.*\n$/)
  assert.is(missing.code, 1)
})

test('names the killed worker, ends with exit code 1 and leaves nothing', async () => {
  const { run, workers, busy } = await endlessRun('processes')
  assert.ok(workers.includes(busy))
  process.kill(busy, 'SIGKILL')
  const { code, stdout, stderr } = await run.ended
  assert.match(stderr, /^shoal: .*SIGKILL.*\n/m)
  assert.is(code, 1)
  assert.is(stdout, '')
  assert.equal(await leftovers([run.child.pid!, ...workers]), [])
})

test('interrupted before there is a checkpoint, a run is begun by the command that is printed', async () => {
  const run = new Shoal(['run', fixture('late'), '--checkpoint', join(folder, 'state of nothing')])
  await run.said(/^loading$/m)
  run.child.kill('SIGINT')
  const { code, stderr } = await run.ended
  assert.is(code, 130)
  const [, command] = /Continue with\n {2}(.*)\n$/.exec(stderr)!
  const begun = spawnSync('sh', ['-c', command!], { encoding: 'utf8', env: { ...process.env, SHOAL_TEST_LATE: 'no' } })
  assert.is(begun.stdout, '3\n')
})

test.run()
