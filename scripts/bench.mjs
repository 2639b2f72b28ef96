// npm run bench -- SUITE [--trials N] [--OPTION N]: sets up first, then measures.
import './setup/node-version.mjs'
import { setup } from './setup.mjs'

await setup()
await import('../benchmarks/dist/frame/main.js')
