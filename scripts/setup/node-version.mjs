// The first import of every script: on an old Node it must speak before another module fails over something newer.
const [major, minor] = process.versions.node.split('.').map(Number)

if (!(major >= 22 || (major === 20 && minor >= 19))) {
  console.error(`shoal: Node ${process.versions.node} is too old: Shoal needs Node 20.19 or later in line 20, or Node 22 or later.`)
  process.exit(1)
}
