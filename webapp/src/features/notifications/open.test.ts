// Another workspace is entered once it was asked what is typed, and the notification is marked as read; by a plain click alone.
import { expect, it, vi } from "vitest";
import { openNotification } from "./open";

function clicked(keys: Partial<Record<"ctrlKey" | "metaKey", boolean>> = {}) {
  const none = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
  return { ...none, ...keys, preventDefault: vi.fn() };
}

const ask = (go: () => void) => go();

it("asks first, then waits until it is marked as read, and only then is the page left", async () => {
  const done: string[] = [];
  let allow: () => void = () => undefined;
  let answer: () => void = () => undefined;
  const read = () =>
    new Promise<void>((resolve) => {
      answer = () => {
        done.push("read");
        resolve();
      };
    });
  const click = clicked();
  openNotification(click, {
    read,
    enter: () => done.push("enter"),
    leave: () => done.push("leave"),
    ask: (go) => {
      done.push("ask");
      allow = go;
    },
  });
  expect(click.preventDefault).toHaveBeenCalledOnce();
  // Who stays has neither read nor left anything.
  expect(done).toEqual(["ask"]);
  allow();
  expect(done).toEqual(["ask", "leave"]);
  answer();
  await vi.waitFor(() => expect(done).toEqual(["ask", "leave", "read", "enter"]));
});

it("goes there although it can't be marked as read", async () => {
  const enter = vi.fn();
  openNotification(clicked(), {
    read: () => Promise.reject(new Error("away")),
    enter,
    leave: () => undefined,
    ask,
  });
  await vi.waitFor(() => expect(enter).toHaveBeenCalledOnce());
});

it("leaves this tab as it is when another one is asked for", () => {
  for (const key of ["ctrlKey", "metaKey"] as const) {
    const click = clicked({ [key]: true });
    const opening = { read: vi.fn(), enter: vi.fn(), leave: vi.fn(), ask: vi.fn() };
    openNotification(click, opening);
    expect(click.preventDefault).not.toHaveBeenCalled();
    for (const each of Object.values(opening)) expect(each).not.toHaveBeenCalled();
  }
});

it("follows the link of the present workspace itself", () => {
  const click = clicked();
  const opening = { read: vi.fn(async () => undefined), leave: vi.fn(), ask: vi.fn() };
  openNotification(click, { ...opening, enter: undefined });
  expect(click.preventDefault).not.toHaveBeenCalled();
  expect(opening.read).toHaveBeenCalledOnce();
  expect(opening.leave).toHaveBeenCalledOnce();
  // The router asks.
  expect(opening.ask).not.toHaveBeenCalled();
});
