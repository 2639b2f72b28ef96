import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { tell } from '../write.js'
import { job, packageJson, poem } from './templates.js'

/** `shoal init`: writes all files or, where one is there already, none. */
export async function init(folder: string): Promise<number> {
  const files = { 'job.js': job, 'poem.txt': poem, 'package.json': packageJson(basename(resolve(folder))) }
  const taken = Object.keys(files).find((name) => existsSync(join(folder, name)))
  if (taken !== undefined) throw new Error(`expected no ${taken} in ${folder}: nothing was written`)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { flag: 'wx' })
  const enter = relative('', folder) === '' ? '' : `cd ${folder} && `
  await tell(`Wrote ${Object.keys(files).join(', ')}. Now: ${enter}npm install && npx shoal run job.js poem.txt\n`)
  return 0
}
