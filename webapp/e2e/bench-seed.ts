// Fills a server's SQLite file with copies of one run, for lists as long as they become in years. It goes by the `sqlite3`
// program, beside the server that has the file open; through the interface a million runs would take the better part of an hour.
import { spawn } from "node:child_process";
import { once } from "node:events";

const AT_A_TIME = 1000;
/** Between one run and the one before it. */
const APART_MS = 1500;
const FAILED = 50;

/** How long it took, in seconds. The runs lie before the one that is copied; every fiftieth has failed. */
export async function copyRuns(database: string, run: string, count: number): Promise<number> {
  const began = performance.now();
  const program = spawn("sqlite3", ["-bail", "-cmd", ".timeout 60000", database], {
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(program, "close");
  const write = async (text: string) => {
    if (!program.stdin.write(text)) await once(program.stdin, "drain");
  };
  const id = run.replaceAll("-", "");
  const now = Number.parseInt(id.slice(0, 12), 16);
  await write(`PRAGMA cache_size = -400000;
    CREATE TEMP TABLE fresh (id BLOB, at INTEGER, status TEXT);
    CREATE TEMP TABLE model AS SELECT * FROM executions WHERE id = X'${id}';
    BEGIN IMMEDIATE;\n`);
  for (let from = count; from > 0; from -= AT_A_TIME) {
    const rows = Array.from({ length: Math.min(AT_A_TIME, from) }, (_, index) => {
      const at = now - (from - index) * APART_MS;
      const status = (from - index) % FAILED === 0 ? "failed" : "succeeded";
      return `(X'${versionSeven(at, from - index)}',${at * 1000},'${status}')`;
    });
    await write(`INSERT INTO fresh VALUES ${rows.join(",")};\n`);
  }
  // Whatever columns there are, they are those of the run that is copied.
  await write(`CREATE TEMP TABLE copies AS SELECT model.* FROM fresh, model LIMIT 0;
    INSERT INTO copies SELECT model.* FROM fresh, model ORDER BY fresh.rowid;
    UPDATE copies SET id = fresh.id, status = fresh.status, created_at = fresh.at, started_at = fresh.at + 2000,
      finished_at = fresh.at + 9000 FROM fresh WHERE fresh.rowid = copies.rowid;
    INSERT INTO executions SELECT * FROM copies;
    COMMIT;\n`);
  program.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`sqlite3 ended with ${code}`);
  return (performance.now() - began) / 1000;
}

function versionSeven(at: number, number: number): string {
  const time = at.toString(16).padStart(12, "0");
  return `${time}7000a000${number.toString(16).padStart(12, "0")}`;
}
