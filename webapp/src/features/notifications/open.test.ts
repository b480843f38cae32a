// Another workspace is entered once the notification is marked as read, and by a plain click alone.
import { expect, it, vi } from "vitest";
import { openNotification } from "./open";

function clicked(keys: Partial<Record<"ctrlKey" | "metaKey", boolean>> = {}) {
  const none = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
  return { ...none, ...keys, preventDefault: vi.fn() };
}

it("waits until it is marked as read before the page is left", async () => {
  const done: string[] = [];
  let answer: () => void = () => undefined;
  const read = () =>
    new Promise<void>((resolve) => {
      answer = () => {
        done.push("read");
        resolve();
      };
    });
  const click = clicked();
  const opened = openNotification(click, {
    read,
    enter: () => done.push("enter"),
    leave: () => done.push("leave"),
  });
  expect(click.preventDefault).toHaveBeenCalledOnce();
  expect(done).toEqual(["leave"]);
  answer();
  await opened;
  expect(done).toEqual(["leave", "read", "enter"]);
});

it("goes there although it can't be marked as read", async () => {
  const enter = vi.fn();
  await openNotification(clicked(), {
    read: () => Promise.reject(new Error("away")),
    enter,
    leave: () => undefined,
  });
  expect(enter).toHaveBeenCalledOnce();
});

it("leaves this tab as it is when another one is asked for", async () => {
  for (const key of ["ctrlKey", "metaKey"] as const) {
    const click = clicked({ [key]: true });
    const opening = { read: vi.fn(), enter: vi.fn(), leave: vi.fn() };
    await openNotification(click, opening);
    expect(click.preventDefault).not.toHaveBeenCalled();
    for (const each of Object.values(opening)) expect(each).not.toHaveBeenCalled();
  }
});

it("follows the link of the present workspace itself", async () => {
  const click = clicked();
  await openNotification(click, { read: undefined, enter: undefined, leave: () => undefined });
  expect(click.preventDefault).not.toHaveBeenCalled();
});
