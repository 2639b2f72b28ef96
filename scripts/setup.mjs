import './setup/node-version.mjs'
import { pathToFileURL } from 'node:url'
import { addon } from './setup/addon.mjs'
import { bundles } from './setup/bundles.mjs'
import { code } from './setup/code.mjs'
import { dependencies } from './setup/dependencies.mjs'
import { withSetupLock } from './setup/lock.mjs'
import { SetupError, say } from './setup/tool.mjs'
import { typescript } from './setup/typescript.mjs'

/**
 * Brings a checkout to where it runs: dependencies, addon, TypeScript. Says nothing when all is there, repairs what is not, and ends the
 * process with code 1 when it cannot.
 */
export async function setup(steps = [dependencies, addon, typescript, bundles, code]) {
  if (steps.every((step) => step.isDone())) return
  try {
    await withSetupLock(async () => {
      for (const step of steps) {
        if (step.isDone()) continue
        say(step.title)
        await step.run()
      }
    })
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [unknown] = process.argv.slice(2)
  if (unknown !== undefined) {
    console.error(`npm run build: expected no arguments but received ${unknown}`)
    process.exit(2)
  }
  await setup()
}
