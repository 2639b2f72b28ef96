import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { root } from './paths.mjs'
import { say } from './tool.mjs'

// An abstract Unix socket: the kernel lets only one process bind the name, and frees it however that process ends.
const name = `\0shoal-setup-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`

/** Runs `action` while no other process of this machine sets up the same checkout. */
export async function withSetupLock(action) {
  const held = await acquire()
  try {
    return await action()
  } finally {
    await held.release()
  }
}

async function acquire() {
  for (let waited = false; ; waited = true) {
    const held = await tryBind()
    if (held) return held
    if (!waited) say('waiting for another set-up of this checkout')
    await holderGone()
  }
}

async function tryBind() {
  const waiters = new Set()
  const server = createServer((socket) => {
    waiters.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => waiters.delete(socket))
  })
  server.listen(name)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error.code === 'EADDRINUSE') return undefined
    throw error
  }
  return {
    async release() {
      server.close()
      // The waiters see the name free before they see their connection end.
      for (const socket of waiters) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** Resolves when the holder lets go or dies: either way the kernel ends the connection. */
function holderGone() {
  return new Promise((resolve) => {
    const socket = connect(name)
    socket.on('error', () => {})
    socket.on('close', resolve)
    socket.resume()
  })
}
