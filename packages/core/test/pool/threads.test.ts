import { watchdog } from '../support/watchdog.js'
import { poolConformance } from './conformance/index.js'

watchdog()
poolConformance('threads')
