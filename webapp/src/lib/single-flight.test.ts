// Saves that are asked for while one is under way.
import { expect, it, vi } from "vitest";
import { SingleFlight } from "./single-flight";

function flights() {
  const ends: ((isDone: boolean) => void)[] = [];
  const work = vi.fn(() => new Promise<boolean>((resolve) => ends.push(resolve)));
  return { ends, work, flight: new SingleFlight<boolean>() };
}

it("begins no second one while the first is under way, and none after it where nothing is left", async () => {
  const { ends, work, flight } = flights();
  const all = [flight.do(work, () => false), flight.do(work, () => false), flight.do(work, () => false)];
  expect(work).toHaveBeenCalledTimes(1);
  ends[0]?.(true);
  expect(await Promise.all(all)).toEqual([true, true, true]);
  expect(work).toHaveBeenCalledTimes(1);
});

it("begins one more for all who came meanwhile, where something is left", async () => {
  const { ends, work, flight } = flights();
  const first = flight.do(work, () => true);
  const later = [flight.do(work, () => true), flight.do(work, () => true)];
  ends[0]?.(true);
  await first;
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.(true);
  expect(await Promise.all(later)).toEqual([true, true]);
  expect(work).toHaveBeenCalledTimes(2);
});

it("tells whoever waited of a failure, and begins anew only when it is asked again", async () => {
  const { ends, work, flight } = flights();
  const both = [flight.do(work, () => true), flight.do(work, () => true)];
  ends[0]?.(false);
  expect(await Promise.all(both)).toEqual([false, false]);
  expect(work).toHaveBeenCalledTimes(1);
  void flight.do(work, () => true);
  expect(work).toHaveBeenCalledTimes(2);
});
