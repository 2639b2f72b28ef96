export { type Cutting, type CuttingOptions, chunkStart, cut, MAX_CHUNKS, type Schedule } from './cutting.js'
export { NeighbourTree, type TreeNode } from './neighbour-tree.js'
export { type Part, partition } from './partition.js'
export { claimLength, MAX_CLAIM, stretchStart } from './stretch.js'
