// The tab that a step is opened with, and what becomes of it when the step ends.
import { describe, expect, it } from "vitest";
import { tabOf } from "./step-tab";

const running = { status: "running", error: null } as const;
const succeeded = { status: "succeeded", error: null } as const;
const failed = { status: "failed", error: { code: "thrown", message: "no" } } as const;

describe("the tab of a step that nobody has chosen", () => {
  it("is what it gave, or why it failed, where the step has ended", () => {
    expect(tabOf(undefined, succeeded, 3)).toBe("output");
    expect(tabOf(undefined, failed, 3)).toBe("logs");
    expect(tabOf(undefined, failed, 0)).toBe("input");
  });

  it("is the log while it runs, and then what it gave, if it wrote nothing", () => {
    const shown = tabOf(undefined, running, 0);
    expect(shown).toBe("logs");
    expect(tabOf(shown, succeeded, 0)).toBe("output");
    expect(tabOf(shown, failed, 0)).toBe("input");
  });

  it("stays with lines that are being read", () => {
    const shown = tabOf(undefined, running, 2);
    expect(tabOf(shown, succeeded, 2)).toBe("logs");
  });

  it("leaves an output for no line that comes late, and goes to the log of what failed", () => {
    expect(tabOf("output", succeeded, 1)).toBe("output");
    expect(tabOf("input", failed, 1)).toBe("logs");
  });
});
