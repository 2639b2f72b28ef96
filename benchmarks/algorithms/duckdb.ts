import { DuckDBInstance } from '@duckdb/node-api'
import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'

/** Grouping by DuckDB: `duckdb.js THREADS COUNT`. The columns lie in its memory, as wide as in Shoal's. */
const [threads = '1', count = ''] = process.argv.slice(2)

const low = (x: string): string => `((${x}) & 4294967295)`
const shifted = (x: string, bits: number): string => `xor(${x}, ${x} >> ${bits})`
const columns = `
  CREATE TABLE mixing AS
  WITH a AS (SELECT ${low('range::UBIGINT * 2654435761')} AS h FROM range(${Number(count)})),
       b AS (SELECT ${low(`${shifted('h', 16)} * 2246822507`)} AS h FROM a),
       c AS (SELECT ${low(`${shifted('h', 13)} * 3266489909`)} AS h FROM b),
       d AS (SELECT ${shifted('h', 16)} AS h FROM c)
  SELECT (h % 1000)::INTEGER AS k, ((h // 1000) % 100003)::DOUBLE AS v FROM d`
const query = 'SELECT k, sum(v), min(v), max(v) FROM mixing GROUP BY k'

const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()
await connection.run(columns)
const [work, rows] = await medianSeconds(async () => (await connection.runAndReadAll(query)).getRows() as number[][], {
  runs: 5,
  warmUp: 5,
})
console.log(rows.reduce((total, [k, sum, min, max]) => total + ((k! % 10) + 1) * (sum! + 3 * min! + 7 * max!), 0))
reportSeconds({ work })
