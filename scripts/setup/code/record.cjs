'use strict'

const { writeFileSync } = require('node:fs')
const vm = require('node:vm')

/** What this thread has loaded by `load.js`, by path. */
const scripts = new Map()

vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options)
    if (options.cachedData !== undefined) scripts.set(options.filename, this)
  }
}

/** Writes the code of the files that it is about again: with all functions that have been called since they were loaded. */
globalThis.writeCode = (isAbout) => {
  const { codeOf } = require('../../../packages/core/bundle/load.js')
  for (const [path, script] of scripts) if (isAbout(path)) writeFileSync(codeOf(path), script.createCachedData())
}
