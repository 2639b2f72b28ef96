import { DuckDBInstance } from '@duckdb/node-api'
import { medianSeconds } from '../frame/median-seconds.js'
import { reportSeconds } from '../frame/report-seconds.js'

/** Grouping by DuckDB: `duckdb.js THREADS COUNT KEYS`. The columns lie in its memory, as wide as in Shoal's. */
const [threads = '1', count = '', keys = ''] = process.argv.slice(2)

const low = (x: string): string => `((${x}) & 4294967295)`
const shifted = (x: string, bits: number): string => `xor(${x}, ${x} >> ${bits})`
const columns = `
  CREATE TABLE mixing AS
  WITH a AS (SELECT ${low('range::UBIGINT * 2654435761')} AS h FROM range(${Number(count)})),
       b AS (SELECT ${low(`${shifted('h', 16)} * 2246822507`)} AS h FROM a),
       c AS (SELECT ${low(`${shifted('h', 13)} * 3266489909`)} AS h FROM b),
       d AS (SELECT ${shifted('h', 16)} AS h FROM c)
  SELECT (h % ${Number(keys)})::INTEGER AS k, ((h // 1000) % 100003)::DOUBLE AS v FROM d`
const query = 'CREATE OR REPLACE TABLE grouped AS SELECT k, sum(v) AS s, min(v) AS a, max(v) AS b FROM mixing GROUP BY k'
const check = 'SELECT sum(((k % 10) + 1) * (s + 3 * a + 7 * b)) FROM grouped'

const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()
await connection.run(columns)
const [work] = await medianSeconds(() => connection.run(query), { runs: 5, warmUp: 5 })
console.log((await connection.runAndReadAll(check)).getRows()[0]![0])
reportSeconds({ work })
