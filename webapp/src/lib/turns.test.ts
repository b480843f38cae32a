// No more at once than there are places; who leaves the queue is never asked, and who fails gives the place on.
import { expect, it } from "vitest";
import { Turns } from "./turns";

function asking(turns: Turns) {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: (answer: string) => void; reject: (error: Error) => void }>();
  const ask = (name: string, signal = new AbortController().signal) =>
    turns.take(signal, () => {
      begun.push(name);
      return new Promise<string>((resolve, reject) => ends.set(name, { resolve, reject }));
    });
  return { begun, ends, ask };
}

const soon = () => new Promise<void>((resolve) => setTimeout(resolve));

it("lets so many go at once, and the next one as soon as one has ended, also badly", async () => {
  const { begun, ends, ask } = asking(new Turns(2));
  const [a, b] = [ask("a"), ask("b")];
  const c = ask("c");
  const d = ask("d");
  await soon();
  expect(begun).toEqual(["a", "b"]);
  ends.get("b")?.reject(new Error("it hangs"));
  await expect(b).rejects.toThrow("it hangs");
  await soon();
  expect(begun).toEqual(["a", "b", "c"]);
  ends.get("a")?.resolve("well");
  expect(await a).toBe("well");
  ends.get("c")?.resolve("well");
  await c;
  await soon();
  expect(begun).toEqual(["a", "b", "c", "d"]);
  ends.get("d")?.resolve("well");
  await d;
  // All places are free again.
  void ask("e");
  void ask("f");
  void ask("g");
  await soon();
  expect(begun.slice(4)).toEqual(["e", "f"]);
});

it("never asks for who has gone on, and keeps the others in their order", async () => {
  const { begun, ends, ask } = asking(new Turns(1));
  const passing = new AbortController();
  const a = ask("a");
  const gone = ask("gone", passing.signal);
  const b = ask("b");
  passing.abort(new Error("scrolled past"));
  await expect(gone).rejects.toThrow("scrolled past");
  await expect(ask("late", passing.signal)).rejects.toThrow("scrolled past");
  ends.get("a")?.resolve("well");
  await a;
  await soon();
  expect(begun).toEqual(["a", "b"]);
  ends.get("b")?.resolve("well");
  await b;
});
