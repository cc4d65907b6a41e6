// W1 in DuckDB: loads the files into native tables once, then times the one statement of decide.sql that writes the result table.
//   node duckdb.mjs PEERS DATA DECIDE.sql RESULT.csv THREADS
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const [, , peers, data, statement, result, threads] = process.argv;
const { DuckDBInstance } = createRequire(peers + "/")("@duckdb/node-api");
const instance = await DuckDBInstance.create(data + "/w1.duckdb", { threads });
const db = await instance.connect();
const tables = await db.runAndReadAll("SELECT 1 FROM information_schema.tables WHERE table_name = 'event'");
if (tables.getRows().length === 0) {
  await db.run(`CREATE TABLE lead AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, title, job_level,
      CAST(substr(account_id, 2) AS INTEGER) AS account, country, source FROM read_csv('${data}/leads.csv', all_varchar = true)`);
  await db.run(`CREATE TABLE account AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, industry, CAST(employees AS INTEGER) AS employees,
      CAST(replace(revenue, ' EUR', '') AS DOUBLE) AS revenue, country FROM read_csv('${data}/accounts.csv', all_varchar = true)`);
  await db.run(`CREATE TYPE kind AS ENUM (SELECT DISTINCT kind FROM read_csv('${data}/events.csv', all_varchar = true))`);
  await db.run(`CREATE TABLE event AS SELECT CAST(substr(lead_id, 2) AS INTEGER) AS lead,
      CAST(epoch(CAST("at" AS TIMESTAMP)) AS BIGINT) AS ts, CAST(kind AS kind) AS kind FROM read_csv('${data}/events.csv', all_varchar = true)`);
  await db.run("CHECKPOINT");
}
await db.run("DROP TABLE IF EXISTS result");
const began = performance.now();
await db.run(readFileSync(statement, "utf8"));
const ms = performance.now() - began;
await db.run(`COPY (SELECT * FROM result ORDER BY id) TO '${result}' (HEADER false)`);
console.log(ms.toFixed(1), (process.resourceUsage().maxRSS / 1024).toFixed(1));
