import { DuckDBInstance } from '@duckdb/node-api'
import { reportSeconds } from '../frame/report-seconds.js'

/**
 * The same aggregation as SQL in DuckDB: `duckdb.js FILE THREADS`. DECIMAL keeps the sums exact and is at least as fast
 * here as DOUBLE and FLOAT.
 */
const query = `
  SELECT station, (min(temperature) * 10)::DOUBLE, (sum(temperature) * 10)::DOUBLE, count(*)::DOUBLE, (max(temperature) * 10)::DOUBLE
  FROM read_csv(?, auto_detect = false, header = false, delim = ';', quote = '', escape = '',
    columns = { 'station': 'VARCHAR', 'temperature': 'DECIMAL(3, 1)' })
  GROUP BY station`

type Row = [station: string, minTenths: number, sumTenths: number, count: number, maxTenths: number]

const [path = '', threads = '1'] = process.argv.slice(2)
const start = performance.now()
const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()
const rows = (await connection.runAndReadAll(query, [path])).getRows() as Row[]
rows.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
const work = (performance.now() - start) / 1000

const tenths = (value: number) => (value / 10 + 0).toFixed(1)
const stations = rows.map(([station, min, sum, count, max]) => {
  const mean = Math.floor((2 * sum + count) / (2 * count))
  return `${station}=${tenths(min)}/${tenths(mean)}/${tenths(max)}`
})
console.log(`{${stations.join(', ')}}`)
reportSeconds({ work })
