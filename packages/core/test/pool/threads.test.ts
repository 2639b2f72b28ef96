import { watchdog } from '../support/watchdog.js'
import { poolConformance } from './conformance/index.js'

watchdog(120_000)
poolConformance('threads')
