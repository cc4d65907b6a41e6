// The 20 fit rules of W1 in json-rules-engine and in Zen, over the first leads of the base, in memory.
//   node engines.mjs PEERS FACTS.csv RESULT-PREFIX LEADS
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
const [, , peers, file, prefix, most] = process.argv;
const load = createRequire(peers + "/");
const { Engine } = load("json-rules-engine");
const { ZenEngine } = load("@gorules/zen-engine");
const rows = readFileSync(file, "utf8").trim().split("\n").slice(1, 1 + Number(most)).map((line) => {
  const [id, title, level, country, source, industry, where, employees, revenue] = line.split(",");
  return { id: Number(id), title: title.toLowerCase(), words: ` ${title.toLowerCase()} `, level, country, source, industry, where,
    employees: employees === "" ? null : Number(employees), revenue: revenue === "" ? null : Number(revenue) };
});
const clamp = (points) => Math.max(0, Math.min(100000, points));
const write = (name, points) => writeFileSync(`${prefix}-${name}.csv`, rows.map((row, i) => `${row.id},${clamp(points[i])}\n`).join(""));

const some = (fact, values) => ({ any: values.map((value) => ({ fact, operator: "has", value })) });
const one = (fact, value) => ({ fact, operator: "in", value });
const is = (fact, value) => ({ fact, operator: "equal", value });
const known = (fact) => ({ fact, operator: "notEqual", value: null });
const up = ["director", "vp", "c_level"];
const conditions = [
  [12000, some("title", ["operations", "supply chain", "procurement"])],
  [8000, { any: [...some("title", ["finance", "controller"]).any, ...some("words", [" cfo "]).any] }],
  [6000, { any: [...some("words", [" it "]).any, ...some("title", ["technology", "architect"]).any] }],
  [10000, some("words", [" head ", " chief ", " vp "])], [-10000, some("words", [" assistant ", " intern "])],
  [15000, { all: [one("level", up)] }], [8000, { all: [is("level", "manager")] }], [-5000, { all: [is("level", "individual")] }],
  [15000, { all: [one("industry", ["Software", "Manufacturing", "Logistics"])] }], [5000, { all: [is("industry", "Healthcare")] }],
  [-5000, { all: [is("industry", "Education")] }],
  [15000, { all: [known("employees"), { fact: "employees", operator: "greaterThanInclusive", value: 200 }, { fact: "employees", operator: "lessThanInclusive", value: 5000 }] }],
  [8000, { all: [known("employees"), { fact: "employees", operator: "greaterThan", value: 5000 }] }],
  [-15000, { all: [known("employees"), { fact: "employees", operator: "lessThan", value: 20 }] }],
  [10000, { all: [known("revenue"), { fact: "revenue", operator: "greaterThanInclusive", value: 50e6 }] }],
  [5000, { all: [known("revenue"), { fact: "revenue", operator: "greaterThanInclusive", value: 10e6 }, { fact: "revenue", operator: "lessThanInclusive", value: 50e6 }] }],
  [8000, { all: [one("country", ["DE", "US", "GB"])] }], [4000, { all: [one("where", ["DE", "US"])] }],
  [6000, { all: [one("source", ["referral", "partner"])] }],
  [-4000, { all: [is("source", "advertisement"), { fact: "level", operator: "notEqual", value: "" }, { fact: "level", operator: "notIn", value: ["manager", ...up] }] }],
];
const engine = new Engine();
engine.addOperator("has", (text, part) => text.includes(part));
for (const [points, conditions_] of conditions) engine.addRule({ conditions: conditions_, event: { type: "points", params: { points } } });
let began = performance.now();
const theirs = [];
for (const row of rows) theirs.push((await engine.run(row)).events.reduce((sum, event) => sum + event.params.points, 0));
let ms = performance.now() - began;
write("json-rules-engine", theirs);
console.log("json-rules-engine", ms.toFixed(1), rows.length);

const has = (field, parts) => parts.map((part) => `contains(${field}, '${part}')`).join(" or ");
const words = [
  [12000, has("title", ["operations", "supply chain", "procurement"])],
  [8000, `${has("title", ["finance", "controller"])} or contains(words, ' cfo ')`],
  [6000, `contains(words, ' it ') or ${has("title", ["technology", "architect"])}`],
  [10000, has("words", [" head ", " chief ", " vp "])], [-10000, has("words", [" assistant ", " intern "])],
  [15000, "level in ['director', 'vp', 'c_level']"], [8000, "level == 'manager'"], [-5000, "level == 'individual'"],
  [15000, "industry in ['Software', 'Manufacturing', 'Logistics']"], [5000, "industry == 'Healthcare'"], [-5000, "industry == 'Education'"],
  [15000, "employees != null and employees >= 200 and employees <= 5000"], [8000, "employees != null and employees > 5000"],
  [-15000, "employees != null and employees < 20"], [10000, "revenue != null and revenue >= 50000000"],
  [5000, "revenue != null and revenue >= 10000000 and revenue <= 50000000"], [8000, "country in ['DE', 'US', 'GB']"],
  [4000, "where in ['DE', 'US']"], [6000, "source in ['referral', 'partner']"],
  [-4000, "source == 'advertisement' and level != '' and not (level in ['manager', 'director', 'vp', 'c_level'])"],
];
const graph = {
  nodes: [
    { id: "in", name: "in", type: "inputNode", position: { x: 0, y: 0 } },
    { id: "table", name: "table", type: "decisionTableNode", position: { x: 1, y: 0 }, content: {
      hitPolicy: "collect", inputs: [{ id: "i", name: "when" }], outputs: [{ id: "o", name: "points", field: "points" }],
      rules: words.map(([points, when], i) => ({ _id: String(i), i: when, o: String(points) })) } },
    { id: "out", name: "out", type: "outputNode", position: { x: 2, y: 0 } } ],
  edges: [ { id: "a", sourceId: "in", targetId: "table", type: "edge" }, { id: "b", sourceId: "table", targetId: "out", type: "edge" } ],
};
const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(graph)));
began = performance.now();
const zen = [];
for (const row of rows) zen.push((await decision.evaluate(row)).result.reduce((sum, hit) => sum + hit.points, 0));
ms = performance.now() - began;
write("zen", zen);
console.log("zen", ms.toFixed(1), rows.length);
