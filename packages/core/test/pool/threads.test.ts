import { watchdog } from '../support/watchdog.js'
import { poolConformance } from './conformance/index.js'

watchdog(240_000)
poolConformance('threads')
