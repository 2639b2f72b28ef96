import { test } from 'vitest'
import { outcomes } from './calls.js'

test('kernels', async () => {
  console.log(JSON.stringify([await outcomes('threads'), await outcomes('processes')]))
})
