import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { resumeCommand, shellQuoted } from '../../dist/run/resume-command.js'

const test = suite('the command that continues a run')

test('a shell reads every word as it was', () => {
  const words = ['plain', '', 'two words', "it's", '$HOME `x` "y"', 'a\nb', '*', '~', '\\', '--param', 'name=v;w', 'ä']
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${words.map(shellQuoted).join(' ')}`], { encoding: 'utf8' })
  assert.equal(read.split('\0').slice(0, -1), words)
})

test('insists on the checkpoint, whatever was said before', () => {
  const words = ['run', 'job.js', '--checkpoint', 'my state', '--fresh']
  assert.is(resumeCommand(true, ['/usr/bin/node', '/usr/bin/shoal', ...words], {}), "shoal run --resume job.js --checkpoint 'my state'")
  assert.is(resumeCommand(true, ['/usr/bin/node', '/usr/bin/shoal', 'run', '--resume', 'job.js'], {}), 'shoal run --resume job.js')
})

test('does not insist on a checkpoint that is not there yet', () => {
  assert.is(resumeCommand(false, ['/usr/bin/node', '/usr/bin/shoal', 'run', '--fresh', 'job.js'], {}), 'shoal run job.js')
})

test('begins as the run was begun', () => {
  assert.match(resumeCommand(true, ['/usr/bin/node', '/x/.bin/shoal', 'run', 'job.js'], { npm_command: 'exec' }), /^npx shoal run /)
  assert.match(resumeCommand(true, ['/usr/bin/node', '/x/bin/shoal.js', 'run', 'job.js'], {}), /^\/usr\/bin\/node \/x\/bin\/shoal\.js run /)
})

test.run()
