import { outcomes } from './calls.js'

console.log(JSON.stringify([await outcomes('threads'), await outcomes('processes')]))
