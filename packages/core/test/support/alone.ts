import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/**
 * Runs `body` while no other process of this machine does so under this name, for what belongs to the whole machine. The kernel lets one
 * process bind the name of an abstract socket, and frees it however that process ends.
 */
export async function alone<T>(name: string, body: () => T | Promise<T>): Promise<T> {
  const server = createServer()
  for (;;) {
    try {
      await once(server.listen(`\0shoal-test-${name}`), 'listening')
      break
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      await setTimeout(20)
    }
  }
  try {
    return await body()
  } finally {
    server.close()
  }
}
