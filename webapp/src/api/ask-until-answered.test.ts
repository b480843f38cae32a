// What can't be asked is asked again, also when the network is back; what is refused is not.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { askUntilAnswered } from "./ask-until-answered";
import { ApiFailure } from "./failure";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function asked(...replies: (() => Promise<string>)[]) {
  const ask = vi.fn((_: AbortSignal) => replies.shift()?.() ?? Promise.resolve("late"));
  const onAnswer = vi.fn();
  const onNone = vi.fn();
  const end = askUntilAnswered({ ask, afterMs: 300, onAnswer, onNone });
  return { ask, onAnswer, onNone, end };
}

const gone = () => Promise.reject(new TypeError("Failed to fetch"));

it("asks again with longer pauses until there is an answer", async () => {
  const { ask, onAnswer, onNone } = asked(gone, gone, () => Promise.resolve("sound"));
  await vi.advanceTimersByTimeAsync(300);
  expect(onNone).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(ask).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(onAnswer).toHaveBeenCalledExactlyOnceWith("sound");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
});

it("asks at once when the network is back, and no more when it is ended", async () => {
  const { ask, end } = asked(gone, gone);
  await vi.advanceTimersByTimeAsync(300);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(2);
  end();
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(2);
});

it("does not repeat what was refused", async () => {
  const { ask, onNone } = asked(() => Promise.reject(new ApiFailure(403, "forbidden", "no")));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
  expect(onNone).toHaveBeenCalledTimes(1);
});
