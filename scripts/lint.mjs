import './setup/node-version.mjs'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { checkRooms } from './check-rooms.mjs'
import { dependencies } from './setup/dependencies.mjs'
import { root } from './setup/paths.mjs'
import { setup } from './setup.mjs'

const given = process.argv.slice(2)
const unknown = given.find((arg) => arg !== '--fix')
if (unknown !== undefined) {
  console.error(`npm run lint: expected nothing, or -- --fix, but received ${unknown}`)
  process.exit(2)
}
const fix = given.length > 0

await setup([dependencies])
// These import dependencies, which are there only now.
const { checkAddresses } = await import('./lint/addresses.mjs')
const { checkCppFormat } = await import('./lint/cpp-format.mjs')

const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
const args = [biome, 'check', ...(fix ? ['--write'] : []), '--error-on-warnings', '--diagnostic-level=warn']
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })

const complaints = [...checkCppFormat({ fix }), ...checkRooms(root), ...checkAddresses()]
for (const complaint of complaints) console.error(complaint)
process.exitCode = status === 0 && complaints.length === 0 ? 0 : 1
