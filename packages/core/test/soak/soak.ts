import { parseArgs } from 'node:util'
import { runSoak } from './run-soak.js'

// node packages/core/dist-test/soak/soak.js --kills 10000 [--backend threads|processes] [--seconds 3600] [--workers 3] [--seed 1] [--delay-us 200]
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '36000' },
    workers: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    backend: { type: 'string' },
    'delay-us': { type: 'string', default: '0' },
  },
})

const LONGEST_ANSWER_MS = 1_000

for (const backend of ['threads', 'processes'] as const) {
  if (values.backend !== undefined && values.backend !== backend) continue
  console.log(`${backend}: seed ${values.seed}`)
  const soak = await runSoak({
    backend,
    workers: Number(values.workers),
    kills: Number(values.kills),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    delayUs: Number(values['delay-us']),
    report: ({ kills, calls, residentMiB }) => console.error(`${backend}: ${kills} kills, ${calls} calls, ${residentMiB} MiB`),
  })
  console.log(`${backend}: ${JSON.stringify(soak)}`)
  if (soak.slowestAnswerMs > LONGEST_ANSWER_MS) {
    console.error(`${backend}: a death was answered after ${Math.round(soak.slowestAnswerMs)} ms`)
    process.exitCode = 1
  }
}
