import { fileURLToPath } from 'node:url'
import { root } from '../frame/paths.js'
import type { Side, Suite } from '../frame/suite.js'

/** How long the command takes to start, beside Node itself. */
export const suite: Suite = {
  name: 'cli',
  options: {},
  async prepare() {
    return [
      {
        name: 'from a shell to the help and back',
        reference: 'node -e 0',
        sides: [side('node -e 0', '-e', '0'), command('--help'), command('--version')],
        targets: [{ side: 'shoal --help', reference: 'node -e 0', measure: 'process', atMost: 1.5 }],
      },
    ]
  },
}

function command(option: string): Side {
  return side(`shoal ${option}`, fileURLToPath(new URL('packages/cli/bin/shoal.js', root)), option)
}

/** Only the process as a whole is timed, and what it prints is not compared. */
function side(name: string, ...args: string[]): Side {
  return { name, command: [process.execPath, ...args], read: () => ({ result: '', seconds: {} }) }
}
