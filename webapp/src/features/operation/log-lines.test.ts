// Lines of a log: in the order they were written, known by something that stays, and each time said once.
import { describe, expect, it } from "vitest";
import type { ApplicationLogLine } from "@/api/types";
import { linesOf, newestOf, toneOf } from "./log-lines";

const AT = "2026-11-30T12:00:00.000Z";
const line = (text: string, at: string | null = null): ApplicationLogLine => ({
  at,
  stream: null,
  line: text,
});
const part = (items: ApplicationLogLine[]) => ({ release: "1", items, next_cursor: null, missing: null });

describe("lines of a log", () => {
  it("stand in the order in which they were written", () => {
    const lines = linesOf([part([line("c"), line("d")]), part([line("a"), line("b")])]);
    expect(lines.map(({ line }) => line)).toEqual(["a", "b", "c", "d"]);
  });

  it("are each known by something of their own, which stays as more are written", () => {
    const before = linesOf([part([line("tick"), line("tick"), line("tock")])]);
    const after = linesOf([part([line("tick"), line("tick"), line("tock"), line("tick")])]);
    expect(new Set(after.map(({ key }) => key)).size).toBe(4);
    expect(after.slice(0, 3).map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  });

  it("are left alone with the newest of them by whoever follows", () => {
    const newest = part([line("b")]);
    const read = { pages: [newest, part([line("a")])], pageParams: [undefined, "older"] };
    expect(newestOf(read)).toEqual({ pages: [newest], pageParams: [undefined] });
  });

  it("say their time once", () => {
    const [own, engine, none] = linesOf([
      part([line(`{"time":"${AT}","event":"started"}`, AT), line("ready", AT), line("ready")]),
    ]);
    expect([own?.time, engine?.time, none?.time]).toEqual([null, AT, null]);
  });

  it("are marked by the word that a program has for how bad it is", () => {
    expect(toneOf({ line: "error: no such table" })).toBe("text-bad");
    expect(toneOf({ line: "thread 'main' panicked at src/main.rs" })).toBe("text-bad");
    expect(toneOf({ line: '{"level":"warn","event":"slow"}' })).toBe("text-warn");
    expect(toneOf({ line: "0 errors" })).toBeUndefined();
  });
});
