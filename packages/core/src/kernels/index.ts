// Workers import this module: every kernel is exported here under its own name, and nothing here imports the pool.
export { chunkLengthOf } from './chunk-length.js'
export { type Comparison, describeCondition, type Interval, intervalOf, namesIn } from './comparison.js'
export {
  type Compare,
  type Comparing,
  chooseSplitters,
  classifyBy,
  scatterClasses,
  sortClassesBy,
  sortPieceBy,
} from './comparison-sort.js'
export { addCounts, countOf, countStretch, countStretchBut, countStretchUnlike } from './count.js'
export { checkAlike, dotOf, dotOfStretch } from './dot.js'
export { type ElementType, elementTypeOf, typeNameOf } from './element-types.js'
export {
  addStretch,
  axpyStretch,
  clampStretch,
  convertStretch,
  fillStretch,
  iotaStretch,
  multiplyStretch,
  scaleStretch,
} from './elementwise.js'
export {
  argMaxOf,
  argMinOf,
  extremesOfStretch,
  firstGreatest,
  firstLeast,
  firstOfStretch,
  greater,
  greatestOfStretch,
  joinExtremes,
  leastOfStretch,
  lesser,
  maxOf,
  minMaxOf,
  minOf,
} from './extremes.js'
export {
  type GroupColumns,
  type GroupResults,
  type GroupTable,
  groupParts,
  groupStretch,
  groupsOf,
  mergeGroups,
  placesOfParts,
  type RowParts,
  readGroups,
  splitRows,
} from './group.js'
export {
  addBins,
  addFew,
  addRows,
  bincountFew,
  bincountOf,
  bincountRow,
  bincountStretch,
  emptyRows,
  evenEdges,
  FEW_BINS,
  histogramFew,
  histogramOf,
  histogramRow,
  histogramStretch,
  lengthOfRows,
  toDoublesStretch,
  usedInRows,
} from './histogram.js'
export { elementOf, keyOf } from './keys.js'
export { type MatrixSizes, multiplyTiles, tilesOf } from './matmul.js'
export { meanOf } from './mean.js'
export { joinSquares, normOf, squaresOfStretch } from './norm.js'
export { randomStretch } from './random.js'
export { type Reduction, reduceAlone } from './reduction.js'
export { SCAN_LINK_WORDS, type Scanning, scannedFor, scanOp, scanStretch, totalOfStretch } from './scan.js'
export {
  compactStretch,
  countMaskStretch,
  gatherRanges,
  markChangesStretch,
  mergeStretch,
  mergeTops,
  searchStretch,
  selectStretch,
  type Top,
  topOf,
  topStretch,
} from './selection.js'
export {
  beginPlan,
  combineSurveys,
  copyStretch,
  countPrefixes,
  gatherStretch,
  type KeySurvey,
  keySurveyOf,
  kMaxBuckets,
  kPlanBytes,
  kPrefixes,
  permuteInPlace,
  planBuckets,
  sampleKeys,
  scatterBlock,
  sortBuckets,
  sortPartsInPlace,
  sortStretch,
  sortStretchInPlace,
  surveyKeys,
} from './sort.js'
export {
  beginSplits,
  kSortsByVectors,
  kSplitChunkBytes,
  kSplitPlanBytes,
  PART_NUMBERS,
  partitionParts,
  planSplits,
  sortSplits,
  splitChunks,
} from './split.js'
export type { Stretch } from './stretch.js'
export { addCompensatedTotals, addTotals, addWholeTotals, sumOf, sumStretch, sumStretchCompensated, type Total } from './sum.js'
export { joinMoments, momentsOfStretch, varianceOf } from './variance.js'
