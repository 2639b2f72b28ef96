import './setup/node-version.mjs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import util from 'node:util'
import { cache, root } from './setup/paths.mjs'
import { setup } from './setup.mjs'

/** Options of `shoal run` that are followed by a value: without them a value would look like a FILE. */
const valued = ['param', 'workers', 'backend', 'schedule', 'checkpoint', 'report', 'trace']
const examples = join(root, 'packages/examples/dist/one-billion-rows')

await setup()
const args = process.argv.slice(2)
if (needsSample(args)) args.unshift(await sample())

// The runner goes on in this process, so that its exit codes and its handling of signals are the command's own.
const bin = join(root, 'packages/cli/bin/shoal.js')
process.argv = [process.execPath, bin, 'run', join(examples, 'job.js'), ...args]
await import(pathToFileURL(bin).href)

function needsSample(args) {
  const takesValue = valued.map((name) => [name, { type: 'string', multiple: true }])
  const options = { ...Object.fromEntries(takesValue), help: { type: 'boolean', short: 'h' } }
  const { values, positionals } = util.parseArgs({ args, options, strict: false, allowPositionals: true })
  return positionals.length === 0 && !values.help && !values.param
}

async function sample() {
  const { ensureSample } = await import(pathToFileURL(join(examples, 'sample.js')).href)
  return ensureSample(join(cache, 'samples'))
}
