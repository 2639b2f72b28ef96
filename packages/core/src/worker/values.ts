// What a worker needs for values beyond those that structured clone takes as they are, and for the segments that these refer to.
export { adopt, checkDamage, collectGarbage, takeOver } from '../memory/index.js'
export { canTravel, copyOf, encodeThrown, pack, raise, unpack } from '../protocol/index.js'
