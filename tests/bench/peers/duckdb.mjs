// W1 in DuckDB: loads the files into native tables once, then times the one statement of duckdb.sql that writes the result table, for
// the second time, when what it reads of its file is in memory.
//   node duckdb.mjs PEERS DATA DUCKDB.sql RESULT.csv THREADS DAY      (DAY: 2026-06-30)
// Prints milliseconds, milliseconds of processor time and the peak memory in MB.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const [, , peers, data, script, result, threads, day] = process.argv;
const { DuckDBInstance } = createRequire(peers + "/")("@duckdb/node-api");
const instance = await DuckDBInstance.create(data + "/w1.duckdb", { threads });
const db = await instance.connect();
const csv = (name) => `read_csv('${data}/${name}.csv', all_varchar = true)`;
const words = {
  kind: "page_view blog_view whitepaper ebook webinar case_study email_open email_click pricing_view docs_view trial_start demo_request",
  job_level: "individual senior manager director vp c_level",
  source: "search referral partner advertisement webinar",
  industry: "Software Manufacturing Logistics Healthcare Education Retail",
  country: "DE US GB FR NL IN ES IT",
  verdict: "pass fail insufficient",
};
const tables = await db.runAndReadAll("SELECT 1 FROM information_schema.tables WHERE table_name = 'event'");
if (tables.getRows().length === 0) {
  for (const [type, values] of Object.entries(words))
    await db.run(`CREATE TYPE ${type} AS ENUM (${values.split(" ").map((word) => `'${word}'`).join(", ")})`);
  await db.run(`CREATE TYPE title AS ENUM (SELECT DISTINCT title FROM ${csv("leads")} WHERE title IS NOT NULL ORDER BY title)`);
  await db.run(`CREATE TABLE lead AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, CAST(title AS title) AS title,
      CAST(job_level AS job_level) AS job_level, CAST(substr(account_id, 2) AS INTEGER) AS account, CAST(country AS country) AS country,
      CAST(source AS source) AS source FROM ${csv("leads")}`);
  await db.run(`CREATE TABLE account AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, CAST(industry AS industry) AS industry,
      CAST(employees AS INTEGER) AS employees, CAST(replace(revenue, ' EUR', '') AS DOUBLE) AS revenue,
      CAST(country AS country) AS country FROM ${csv("accounts")}`);
  // In the order of the file: by lead and time.
  await db.run(`CREATE TABLE event AS SELECT CAST(substr(lead_id, 2) AS INTEGER) AS lead, CAST("at" AS TIMESTAMP) AS at,
      CAST("at" AS DATE) AS day, CAST(kind AS kind) AS kind FROM ${csv("events")}`);
  await db.run("CHECKPOINT");
}
const [macros, statement] = readFileSync(script, "utf8").replaceAll(":day", `DATE '${day}'`).split(/^(?=CREATE TABLE result)/m);
await db.run(macros);
let ms, processor;
for (let i = 0; i < 2; i++) {
  await db.run("DROP TABLE IF EXISTS result");
  const used = process.cpuUsage();
  const began = performance.now();
  await db.run(statement);
  ms = performance.now() - began;
  processor = process.cpuUsage(used);
}
await db.run(`COPY (SELECT * FROM result ORDER BY id) TO '${result}' (HEADER false)`);
const peak = process.resourceUsage().maxRSS / 1024;
console.log(ms.toFixed(1), ((processor.user + processor.system) / 1000).toFixed(1), peak.toFixed(1));
