import { DuckDBInstance } from '@duckdb/node-api'
import { reportSeconds } from '../frame/report-seconds.js'

/**
 * The same aggregation as SQL in DuckDB: `duckdb.js FILE THREADS`. DOUBLE is what DuckDB reads fastest; the sum of
 * 50 million such values is off by far less than the half of a tenth that would survive the rounding to tenths.
 */
const query = `
  SELECT station, round(min(temperature) * 10), round(sum(temperature) * 10), count(*)::DOUBLE, round(max(temperature) * 10)
  FROM read_csv(?, auto_detect = false, header = false, delim = ';', quote = '', escape = '',
    columns = { 'station': 'VARCHAR', 'temperature': 'DOUBLE' })
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
