import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { file, fixture, folder } from '../support/files.js'
import { bin, shoal, shoalIn } from '../support/shoal.js'

watchdog()

const test = suite('shoal run, failing')
const data = file('data.txt', 'one\ntwo\nthree\nthree\n')

function fails(title: string, args: readonly string[], code: number, message: RegExp): void {
  test(title, async () => {
    const outcome = await shoal(...args)
    assert.is(outcome.stdout, '')
    assert.match(outcome.stderr, message)
    assert.is(outcome.stderr.split('\n').length, 2, `one line: ${outcome.stderr}`)
    assert.is(outcome.code, code)
  })
}

const usage = (title: string, args: readonly string[], message: RegExp) => fails(`is wrong usage: ${title}`, args, 2, message)
const count = fixture('count-bytes')

usage('no command', [], /^shoal: expected a command/)
usage('an unknown command', ['walk'], /^shoal: .*'walk'/)
usage(
  'an unknown command for segments',
  ['segments', 'walk'],
  /^shoal: expected list, remove or clean but .*'walk' \(see shoal segments --help\)\n/,
)
usage('something more for segments list', ['segments', 'list', 'walk'], /^shoal: expected no arguments for list but received 'walk'/)
usage('no job', ['run'], /^shoal: missing required argument 'job'/)
usage('an unknown option', ['run', count, data, '--wrokers', '2'], /^shoal: unknown option '--wrokers'/)
usage('no workers', ['run', count, data, '--workers', '0'], /^shoal: .*Expected a positive integer/)
usage('help for an unknown command', ['help', 'walk'], /^shoal: unknown command 'walk'/)
for (const option of ['--config', '--checkpoint', '--quarantine', '--report', '--trace'])
  usage(
    `an empty path for ${option}`,
    ['run', count, data, option, ''],
    new RegExp(`^shoal: option '${option} .*' is invalid. Expected a path`),
  )
usage('an empty path for init', ['init', ''], /^shoal: .*Expected a path/)
usage('half a worker', ['run', count, data, '--workers', '1.5'], /^shoal: .*Expected a positive integer/)
usage('more workers than there can be', ['run', count, data, '--workers', '5000'], /^shoal: Expected an integer from 1 to 1024 for workers/)
usage(
  'CPUs for other workers than there are',
  ['run', count, data, '--workers', '2', '--affinity', '0'],
  /^shoal: Expected 2, a list of CPUs for each worker, for affinity.length but received 1/,
)
test('is wrong usage: a path that is not in UTF-8, which Node would take for another', () => {
  // $'…' gives a byte.
  const script = `cd "$3" && "$0" "$1" run "$2" $'not utf\\xff8' $'out\\xffput'; echo $?; ls`
  const inner = mkdtempSync(join(folder, 'encoding-'))
  const { stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, bin, count, inner], { encoding: 'utf8' })
  assert.match(stderr, /^shoal: expected arguments in UTF-8 but received not utf\uFFFD8: /)
  assert.is(stdout, '2\n')
})

for (const what of [[], ['--dry-run']])
  for (const [name, value] of [
    ['SHOAL_WORKERS', 'many'],
    ['SHOAL_WORKERS', '0'],
    ['SHOAL_WORKERS', '0x2'],
    ['SHOAL_SCHEDULE', 'clever'],
    ['SHOAL_PROGRESS_MS', 'often'],
    ['SHOAL_PROGRESS_MS', '-5'],
  ] as const)
    test(`is wrong usage: ${name}=${value} ${what}`, async () => {
      const { code, stdout, stderr } = await shoalIn({ env: { [name]: value } }, 'run', count, data, ...what)
      assert.match(stderr, new RegExp(`^shoal: [Ee]xpected .* for ${name} but received '${value}'( of type string)?\n$`))
      assert.is(stdout, '')
      assert.is(code, 2)
    })

usage('an unknown backend', ['run', count, data, '--backend', 'fibres'], /^shoal: .*threads, processes/)
usage('an unknown schedule', ['run', count, data, '--schedule', 'clever'], /^shoal: .*auto, static, dynamic, guided/)
usage('an affinity that is none', ['run', count, data, '--affinity', 'all'], /^shoal: .*Expected none, cores, or CPUs by worker/)
usage(
  'an affinity to more CPUs than there can be',
  ['run', count, data, '--affinity', '0-999999999'],
  /^shoal: .*Expected none, cores, or CPUs/,
)
usage(
  'one parameter twice',
  ['run', fixture('gated'), '--param', 'gate=a', '--param', 'gate=b'],
  /^shoal: expected one value for the parameter gate but received 2: a, b\n/,
)
usage('a path that is too long for a job file', ['run', 'j'.repeat(300)], /^shoal: expected a job file but found none at j+\n/)
usage('a folder for a configuration', ['run', count, data, '--config', folder], /^shoal: expected a configuration file but found none at /)
test('is wrong usage: a pipe for a configuration, which nobody writes to', async () => {
  const pipe = join(folder, 'pipe')
  spawnSync('mkfifo', [pipe])
  const { code, stderr } = await shoal('run', count, data, '--config', pipe)
  assert.match(stderr, /^shoal: expected a configuration file but found none at .*pipe\n$/)
  assert.is(code, 2)
})
usage('a time-out of nothing', ['run', count, data, '--timeout', '0'], /^shoal: .*Expected seconds, or a duration/)
usage('a size that is none', ['run', count, data, '--max-memory', 'much'], /^shoal: .*Expected a size such as 512M or 4G/)
for (const where of [data, join(data, 'state'), '/dev/null'])
  for (const what of [[], ['--dry-run']])
    fails(
      `a checkpoint at ${where} ${what}`,
      ['run', count, data, '--checkpoint', where, ...what],
      1,
      /^shoal: The checkpoint .* cannot be used: .*: use another folder\. /,
    )
usage(
  '--resume with --fresh',
  ['run', count, data, '--resume', '--fresh'],
  /^shoal: option '--resume' cannot be used with option '--fresh'/,
)
for (const option of ['--resume', '--fresh', '--hash-inputs'])
  usage(`${option} without --checkpoint`, ['run', count, data, option], new RegExp(`^shoal: expected --checkpoint FOLDER with ${option}\n`))
for (const onError of [[], ['--on-error', 'fail']])
  usage(
    `--quarantine with ${onError.join(' ') || 'no --on-error'}`,
    ['run', count, data, '--quarantine', 'bad.jsonl', ...onError],
    /^shoal: expected --on-error skip with --quarantine FILE\n/,
  )
usage(
  'a report where there is no folder',
  ['run', count, data, '--report', '/none/run.html'],
  /^shoal: expected a folder that can be written for \/none/,
)
for (const [report, trace] of [
  ['./run.out', 'run.out'],
  [count, 'run.out'],
] as const)
  usage(
    `${report === count ? 'the job' : report} for a report and ${trace} for a trace`,
    ['run', count, data, '--report', report, '--trace', trace],
    /^shoal: expected a file of its own for --\w+ but received .*, which is that of (--report|the job)\n/,
  )
usage('a folder for a report', ['run', count, data, '--report', folder], /^shoal: expected a file that can be written for .*EISDIR\n/)
usage(
  'a report below a file',
  ['run', count, data, '--report', join(data, 'run.html')],
  /^shoal: expected a (file|folder) that can be .*ENOTDIR\n/,
)
for (const option of ['--report', '--trace'])
  usage(
    `the input for ${option}`,
    ['run', count, data, option, data],
    new RegExp(`^shoal: expected a file of its own for ${option} but received .*, which is that of a parameter\n`),
  )
test('is wrong usage: a report in the place of a file of the checkpoint, whether that is there or not', async () => {
  const inner = mkdtempSync(join(folder, 'checkpoint-'))
  const path = (name: string) => join(inner, name)
  for (const [option, name] of [
    ['--report', 'journal'],
    ['--trace', 'journal.state'],
    ['--report', 'journal'],
  ] as const) {
    const { code, stdout, stderr } = await shoal('run', count, data, '--checkpoint', inner, option, path(name))
    assert.match(
      stderr,
      new RegExp(`^shoal: expected a file of its own for ${option} but received .*${name}, which is that of the checkpoint\n$`),
    )
    assert.is(stdout, '')
    assert.is(code, 2)
    writeFileSync(path('journal'), '')
  }
  rmSync(path('journal'))
  assert.is((await shoal('run', count, data, '--checkpoint', inner, '--report', path('run.html'))).code, 0)
})
test('is wrong usage: a report that a pattern makes an input of the job', async () => {
  const inner = mkdtempSync(join(folder, 'matched-'))
  for (const name of ['matched.txt', 'matched.html']) writeFileSync(join(inner, name), `${name}\n`)
  for (const option of ['--report', '--trace']) {
    const { code, stdout, stderr } = await shoal('run', count, join(inner, 'matched.*'), option, join(inner, 'matched.html'))
    assert.match(
      stderr,
      new RegExp(`^shoal: expected a file of its own for ${option} but received .*html, which is an input of the job\n$`),
    )
    assert.is(stdout, '')
    assert.is(code, 2)
  }
  assert.is(readFileSync(join(inner, 'matched.html'), 'utf8'), 'matched.html\n')
})
for (const when of ['before its first run', 'and has written before'])
  test(`is wrong usage: a report in the place of a file that the job makes up and writes, ${when}`, async () => {
    const inner = mkdtempSync(join(folder, 'computed-'))
    const run = (...more: string[]) => shoal('run', fixture('computed-outputs'), inner, ...more)
    if (when !== 'before its first run') assert.is((await run()).code, 0)
    const there = readdirSync(inner)
    for (const [option, output] of [
      ['--report', 'squares.u8'],
      ['--trace', 'lines.txt'],
    ] as const) {
      const { code, stdout, stderr } = await run(option, join(inner, output))
      assert.match(
        stderr,
        new RegExp(`^shoal: expected a file of its own for ${option} but received .*${output}, which is an output of the job\n$`),
      )
      assert.is(stdout, '')
      assert.is(code, 2)
      assert.equal(readdirSync(inner), there)
    }
  })
test('is wrong usage: a report in the place of the result', async () => {
  const path = join(folder, 'stdout.txt')
  const script = '"$@" --report "$0" > "$0"'
  const { status, stderr } = spawnSync('sh', ['-c', script, path, process.execPath, bin, 'run', count, data], { encoding: 'utf8' })
  assert.match(stderr, /^shoal: expected a file of its own for --report but received .*, which is that of stdout\n$/)
  assert.is(status, 2)
  assert.is(readFileSync(path, 'utf8'), '')
})
usage('more than there are numbers for', ['run', count, data, '--chunk-length', '9'.repeat(20)], /^shoal: .*Expected a positive integer/)
usage('a parameter without a value', ['run', count, '--param', 'file'], /^shoal: .*Expected name=value/)
usage('a missing parameter', ['run', count], /^shoal: count-bytes: file: expected a string\n/)
usage(
  'an unknown parameter',
  ['run', count, data, '--param', 'size=3'],
  /^shoal: count-bytes has no parameter 'size': leave it out, or name one of file\n/,
)
usage('one argument too many', ['run', count, data, data], /^shoal: count-bytes takes the arguments file but received one more/)
usage('no such job file', ['run', join(folder, 'none.js')], /^shoal: expected a job file but found none at .*none\.js\n/)
usage('a folder for a job file', ['run', folder], /^shoal: expected a job file but found none at /)
usage(
  'a file without a job',
  ['run', fixture('no-job')],
  /^shoal: expected .*no-job\.js to export a job made by defineJob\(\) as its default\n/,
)

fails(
  'shows the error of a job file that cannot be loaded',
  ['run', fixture('broken')],
  1,
  /^shoal: .*broken.js cannot be loaded: cannot be imported\n/,
)
fails(
  'says that a job is done whose result is no JSON',
  ['run', fixture('finishing'), 'circle', '--quiet'],
  1,
  /^shoal: the job is done, but its result cannot be printed as JSON: Converting circular/,
)
fails('says that a job waits for ever', ['run', fixture('finishing'), 'never'], 1, /^shoal: the job waits for something that never comes\n/)
fails(
  'ends a job in time that waits for ever when its chunks are done',
  ['run', fixture('finishing'), 'never', '--timeout', '1s'],
  1,
  /^shoal: The job finishing was not done within 1000 ms: allow more time, or give it a checkpoint to continue from\n/,
)
fails('names an input file that is missing', ['run', count, join(folder, 'none.txt')], 1, /^shoal: .*ENOENT.*none\.txt/)
fails('names an input file that is a folder', ['run', count, folder], 1, new RegExp(`^shoal: .*${folder}`))

for (const backend of ['threads', 'processes']) {
  const args = ['run', fixture('failing'), data, 'three', '--backend', backend, '--workers', '2']

  fails(
    `shows a bad record in one line, with byte offset and line, with ${backend}`,
    args,
    1,
    /^shoal: .*data\.txt: expected no three in any record \(byte offset 8, line 3\)\n$/,
  )

  test(`adds the stack in the worker with --verbose, with ${backend}`, async () => {
    const { stderr } = await shoal(...args, '--verbose')
    assert.match(stderr, /\n\s+at .*failing\.js/)
  })
}

test('names the range of the chunk whose kernel threw', async () => {
  const { stderr, code } = await shoal('run', fixture('throwing'), '--chunk-length', '10', '--workers', '2')
  assert.match(stderr, /^shoal: no sevens \(elements 70 to 80\)\n$/)
  assert.is(code, 1)
})

test('leaves bad records out with --on-error skip, and writes them to the quarantine file', async () => {
  const quarantine = join(folder, 'bad.jsonl')
  const { code, stdout, stderr } = await shoal('run', fixture('failing'), data, 'two', '--on-error', 'skip', '--quarantine', quarantine)
  assert.is(stdout, '0\n')
  assert.match(stderr, /^failing: .*data\.txt, bytes 4 to 8 is skipped: expected no two\n.*, 1 skipped\n$/)
  assert.is(code, 0)
  const { start, end, path, text } = JSON.parse(readFileSync(quarantine, 'utf8')) as Record<string, unknown>
  assert.equal({ start, end, path, text }, { start: 4, end: 8, path: data, text: 'two\n' })
})

test('fails when it takes longer than --timeout, or more memory than --max-memory', async () => {
  const late = await shoal('run', fixture('endless'), data, '--timeout', '300ms')
  assert.match(late.stderr, /shoal: .*not done within 300 ms.*\n$/)
  assert.is(late.code, 1)
  const large = await shoal('run', fixture('endless'), data, '--max-memory', '1M')
  assert.match(large.stderr, /shoal: .*1048576.*\n$/)
  assert.is(large.code, 1)
})

test('tries chunks that end their worker again with --retries', async () => {
  const args = ['run', fixture('dying'), join(folder, 'died'), '--backend', 'processes', '--workers', '2', '--retries', '1']
  const { code, stdout, stderr } = await shoal(...args)
  assert.is(stdout, '{"count":8}\n')
  assert.match(stderr, /^dying: .* processes, 2 workers, 1 retry\n$/)
  assert.is(code, 0)
})

test('describes wrong usage as JSON with --json', async () => {
  for (const args of [
    ['run', '--wrokers', '2'],
    ['run', join(folder, 'none.js')],
    ['run', count, data, '--config', 'none.js'],
  ]) {
    const { stderr, code } = await shoal(...args, '--json')
    const { event, exitCode, message } = JSON.parse(stderr) as Record<string, unknown>
    assert.equal([event, exitCode], ['error', 2])
    assert.match(String(message), /unknown option|expected a/)
    assert.is(code, 2)
  }
})

test('describes the error as JSON with --json', async () => {
  const { stderr, code } = await shoal('run', fixture('failing'), data, 'two', '--json')
  const event = JSON.parse(stderr.trim().split('\n').at(-1)!) as object
  const message = `${data}: expected no two in any record (byte offset 4, line 2)`
  assert.equal(event, { event: 'error', exitCode: 1, code: 'SHOAL_RECORD_INVALID', message, path: data, byteOffset: 4, line: 2 })
  assert.is(code, 1)
})

test.run()
