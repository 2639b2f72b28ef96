import './setup/node-version.mjs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cache, root } from './setup/paths.mjs'
import { setup } from './setup.mjs'
import { namesInput } from './start/names-input.mjs'

const examples = join(root, 'packages/examples/dist/one-billion-rows')

await setup()
const args = process.argv.slice(2)
if (!namesInput(args)) args.unshift(await sample())

// The runner goes on in this process, so that its exit codes and its handling of signals are the command's own.
const bin = join(root, 'packages/cli/bin/shoal.js')
process.argv = [process.execPath, bin, 'run', join(examples, 'job.js'), ...args]
await import(pathToFileURL(bin).href)

async function sample() {
  const { ensureSample } = await import(pathToFileURL(join(examples, 'sample.js')).href)
  return ensureSample(join(cache, 'samples'))
}
