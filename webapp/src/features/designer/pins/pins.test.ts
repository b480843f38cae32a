// Pins on their way to the server: none is lost to a broken line, to somebody who was faster, or to an earlier Lathe.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiFailure, unreachable } from "@/api/failure";
import { ownKey } from "@/lib/draft-owner";
import { type KeptPins, PinKeeper, type PinServer } from "./pin-keeper";
import { type Pins, pinsOf, readChanges, withChanges, withoutSent } from "./pins";

const pin = (output: unknown) => ({ output });

/** A server with one workflow; `broken` is what it says in place of an answer. */
class Server implements PinServer {
  broken: unknown = null;
  writes = 0;
  /** What somebody else does just before the next write. */
  before: (() => void) | null = null;
  private revision = 0;

  constructor(public pins: Pins = {}) {}

  readonly read = async (): Promise<KeptPins> => {
    if (this.broken) throw this.broken;
    return this.kept();
  };

  readonly write = async (_: string, pins: Pins, etag: string | undefined): Promise<KeptPins> => {
    if (this.broken) throw this.broken;
    this.before?.();
    this.before = null;
    if (etag !== this.kept().etag) throw new ApiFailure(412, "precondition_failed", "somebody was faster");
    this.writes += 1;
    return this.put(pins);
  };

  put(pins: Pins): KeptPins {
    this.pins = pins;
    this.revision += 1;
    return this.kept();
  }

  kept(): KeptPins {
    return { pins: this.pins, etag: `"${this.revision}"` };
  }
}

const keeperOf = (
  server: Server,
  known: KeptPins | undefined = server.kept(),
  id: string | undefined = "w",
) => new PinKeeper(id, known, server, () => undefined);

const stored = (key: string) => localStorage.getItem(ownKey(key));

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("pins of a workflow", () => {
  it("are shown at once and sent a moment later, all of a burst together", async () => {
    const server = new Server({ theirs: pin(1) });
    const keeper = keeperOf(server);
    for (const n of [1, 2, 3]) keeper.set("mine", pin(n));
    keeper.set("theirs", undefined);
    expect(keeper.pins).toEqual({ mine: pin(3) });
    expect(server.writes).toBe(0);
    await vi.runAllTimersAsync();
    expect([server.pins, server.writes]).toEqual([{ mine: pin(3) }, 1]);
    expect([keeper.hasUnsent, keeper.failure, stored("lathe.unsent-pins.w")]).toEqual([false, null, null]);
  });

  it("come together with what somebody else has pinned meanwhile", async () => {
    const server = new Server({ both: pin("old") });
    const keeper = keeperOf(server);
    keeper.set("mine", pin(1));
    keeper.set("both", pin("mine"));
    server.before = () => server.put({ both: pin("theirs"), theirs: pin(2) });
    await keeper.send();
    expect(server.pins).toEqual({ both: pin("mine"), theirs: pin(2), mine: pin(1) });
    expect(keeper.pins).toEqual(server.pins);
  });

  it("stay in this browser until the server has them", async () => {
    const server = new Server();
    server.broken = unreachable();
    const keeper = keeperOf(server);
    keeper.set("mine", pin(1));
    await keeper.send();
    expect(keeper.failure).toBe(server.broken);
    expect(keeper.pins).toEqual({ mine: pin(1) });

    // The page was closed; another visit finds the server there again.
    server.broken = null;
    server.put({ theirs: pin(2) });
    const later = keeperOf(server);
    expect(later.pins).toEqual({ mine: pin(1), theirs: pin(2) });
    await vi.runAllTimersAsync();
    expect(server.pins).toEqual({ mine: pin(1), theirs: pin(2) });
    expect(stored("lathe.unsent-pins.w")).toBeNull();
    // The first page hears of it, too, as soon as it tries again.
    await keeper.send();
    expect([keeper.failure, keeper.pins]).toEqual([null, server.pins]);
  });

  it("are only looked at by somebody who may not change them", async () => {
    const server = new Server();
    server.broken = unreachable();
    const keeper = keeperOf(server);
    keeper.set("mine", pin(1));
    await keeper.send();
    const unsent = stored("lathe.unsent-pins.w");
    expect(unsent).not.toBeNull();

    server.broken = null;
    server.put({ theirs: pin(2) });
    for (const known of [server.kept(), undefined]) {
      const viewer = new PinKeeper("w", known, server, () => undefined, true);
      viewer.set("other", pin(3));
      await viewer.send();
      expect([viewer.pins, viewer.hasUnsent]).toEqual([{ theirs: pin(2) }, false]);
    }
    expect([server.writes, stored("lathe.unsent-pins.w")]).toEqual([0, unsent]);
  });

  it("that could not be read are read before anything is written", async () => {
    const server = new Server({ theirs: pin(2) });
    const keeper = new PinKeeper("w", undefined, server, () => undefined);
    keeper.set("mine", pin(1));
    await vi.runAllTimersAsync();
    expect(keeper.pins).toEqual({ mine: pin(1), theirs: pin(2) });
    expect(server.pins).toEqual(keeper.pins);
  });

  it("of an earlier Lathe are taken over once, where nobody has pinned anything else", async () => {
    localStorage.setItem(ownKey("lathe.pins.w"), JSON.stringify({ a: pin("mine"), b: pin("mine") }));
    const server = new Server({ b: pin("theirs") });
    const keeper = keeperOf(server);
    expect(keeper.pins).toEqual({ a: pin("mine"), b: pin("theirs") });
    await vi.runAllTimersAsync();
    expect(server.pins).toEqual({ a: pin("mine"), b: pin("theirs") });
    server.put({});
    expect(keeperOf(server).pins).toEqual({});
  });

  it("of a workflow that was never saved go to it with its first version", async () => {
    const server = new Server();
    const keeper = new PinKeeper(undefined, undefined, server, () => undefined);
    keeper.set("a", pin(1));
    await vi.runAllTimersAsync();
    expect(server.writes).toBe(0);
    keeper.belongTo("w");
    await vi.runAllTimersAsync();
    expect(server.pins).toEqual({ a: pin(1) });
    expect([stored("lathe.unsent-pins.new"), stored("lathe.unsent-pins.w")]).toEqual([null, null]);
  });

  it("of a new workflow that was thrown away go to no other", async () => {
    const server = new Server();
    const keeper = new PinKeeper(undefined, undefined, server, () => undefined);
    keeper.set("a", pin(1));
    keeper.dropNew();
    expect([keeper.pins, keeper.hasUnsent, stored("lathe.unsent-pins.new")]).toEqual([{}, false, null]);
    const next = new PinKeeper(undefined, undefined, server, () => undefined);
    next.belongTo("w");
    await vi.runAllTimersAsync();
    expect([next.pins, server.writes]).toEqual([{}, 0]);
  });

  it("know which of them were pinned here", async () => {
    const keeper = keeperOf(new Server({ theirs: pin(2) }));
    keeper.set("a", pin(1));
    keeper.set("b", pin(1));
    keeper.set("a", undefined);
    await keeper.send();
    expect(keeper.own).toEqual(["b"]);
  });

  it("that are too many are told, and tried again with the next change", async () => {
    const server = new Server();
    const keeper = keeperOf(server);
    server.broken = new ApiFailure(422, "validation_failed", "too much");
    keeper.set("large", pin("x"));
    await vi.runAllTimersAsync();
    expect(keeper.failure).toBe(server.broken);
    server.broken = null;
    keeper.set("large", pin("y"));
    await vi.runAllTimersAsync();
    expect([keeper.failure, server.pins]).toEqual([null, { large: pin("y") }]);
  });
});

describe("changes of pins", () => {
  it("are read, applied and taken off when they were sent", () => {
    expect(readChanges({ a: { output: 1, port: "x", more: 2 }, b: null, c: 3 })).toEqual({
      a: { output: 1, port: "x" },
      b: null,
    });
    expect(readChanges([1])).toEqual({});
    expect(withChanges({ a: pin(1), b: pin(2) }, { b: null, c: pin(3) })).toEqual({ a: pin(1), c: pin(3) });
    const [first, second] = [pin(1), pin(2)];
    expect(withoutSent({ a: second, b: first }, { a: first, b: first })).toEqual({ a: second });
    expect(pinsOf({ a: pin(1), b: pin(2) }, new Set(["b"]))).toEqual({ b: pin(2) });
  });
});
