import { execFileSync, spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watchdog } from '../../../core/dist-test/support/watchdog.js'
import { file } from '../support/files.js'
import { shoal } from '../support/shoal.js'

watchdog()

const test = suite('shoal completion')

/** What bash offers for the last of the words. */
async function bash(...words: string[]): Promise<string[]> {
  const { stdout } = await shoal('completion', 'bash')
  const script = file('completion.bash', stdout)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
  const command = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shoal; IFS=$\'\\n\'; echo "${COMPREPLY[*]}"'
  return execFileSync('bash', ['-c', command, 'bash', script, ...words], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
}

test('completes commands, options and values in bash', async () => {
  assert.equal(await bash('shoal', ''), ['run', 'segments', 'doctor', 'init', 'completion'])
  assert.equal(await bash('shoal', 'segments', 'c'), ['clean'])
  assert.equal(await bash('shoal', 'run', 'job.js', '--back'), ['--backend'])
  assert.equal(await bash('shoal', 'run', 'job.js', '--backend', ''), ['threads', 'processes'])
  assert.equal(await bash('shoal', 'completion', 'f'), ['fish'])
  assert.equal(await bash('shoal', 'run', 'job'), [])
})

for (const shell of ['zsh', 'fish']) {
  const isThere = spawnSync(shell, ['--version']).status === 0
  const title = `prints a script that ${shell} can read`
  if (!isThere) {
    console.log(`SKIPPED: ${title}: there is no ${shell}`)
    continue
  }
  test(title, async () => {
    const { stdout } = await shoal('completion', shell)
    execFileSync(shell, ['-n', file(`completion.${shell}`, stdout)])
  })
}

test('refuses other shells', async () => {
  const { code, stderr } = await shoal('completion', 'tcsh')
  assert.match(stderr, /^shoal: .*bash, zsh, fish/)
  assert.is(code, 2)
})

test.run()
