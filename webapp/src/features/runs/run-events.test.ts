// Messages are read strictly, and what is not understood is left aside without breaking the rest.
import { expect, it } from "vitest";
import { readRunEvent } from "./run-events";

it("reads a line of log", () => {
  const message = {
    type: "log",
    id: 42,
    at: "t",
    step: "build",
    attempt: 1,
    stream: "stderr",
    text: "   Compiling",
  };
  const { type: _type, ...line } = message;
  expect(readRunEvent(JSON.stringify(message))).toEqual({ subject: "log", line });
});

it.each([
  "",
  "[]",
  "{}",
  '{"type":"step.running"}',
  '{"type":"step.dancing","seq":1,"step":"a"}',
  '{"type":"log"}',
])("leaves %j aside", (text) => {
  expect(readRunEvent(text)).toBeUndefined();
});
