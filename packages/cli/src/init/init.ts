import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { shellQuoted } from '../run/resume-command.js'
import { tell } from '../write.js'
import { job, packageJson, poem } from './templates.js'

/** `shoal init`: writes all files or, where one is there already, none. */
export async function init(folder: string): Promise<number> {
  const files = { 'job.js': job, 'poem.txt': poem, 'package.json': packageJson(basename(resolve(folder))) }
  const taken = Object.keys(files).find((name) => existsSync(join(folder, name)))
  if (taken !== undefined) throw new Error(`expected no ${taken} in ${folder}: nothing was written; name another folder`)
  try {
    makeFolder(folder)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { flag: 'wx' })
  } catch (cause) {
    const { message } = cause as NodeJS.ErrnoException
    throw new Error(`expected a folder that can be written, or made, at ${folder} but met ${message}: name another`, { cause })
  }
  const enter = relative('', folder) === '' ? '' : `cd ${shellQuoted(folder)} && `
  await tell(`Wrote ${Object.keys(files).join(', ')}. Now: ${enter}npm install && npx shoal run job.js poem.txt\n`)
  return 0
}

/** One at a time: the `recursive` of Node 20 and 22 tries again for ever where a folder is that takes no others, such as `/proc/self`. */
function makeFolder(folder: string): void {
  const missing: string[] = []
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.unshift(path)
  for (const path of missing) mkdirSync(path)
}
