// @vitest-environment node
// What a prompt's text takes and what comes of it, by the cases that the server's own test runs as well: nothing is said here that the
// server does not say, and whatever is left to the server is named below.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { render } from "./render";
import { trialValue } from "./trial";
import { read } from "./variables";

interface Case {
  content: string;
  values?: Record<string, unknown>;
  /** The line of what is wrong with the text. */
  fault?: number;
  variables?: string[];
  text?: string;
  missing?: string;
  /** The text is good, and nothing can be made of it with these values. */
  fails?: true;
}

const FILE = join(import.meta.dirname, "../../../../../api/tests/fixtures/prompt_texts.json");
const CASES = JSON.parse(readFileSync(FILE, "utf8")) as Case[];

/** What is left to the server: others of these cases have to be known here. */
const LEFT = [
  /items\(\)/,
  / \/ |\*\*/,
  /nofilter|nothing_like_it/,
  /title/,
  /macro/,
  /a\[1:\]/,
  /a > 0/,
  /'yes' if x \}\}/,
];
const isLeft = ({ content, values }: Case) =>
  LEFT.some((each) => each.test(content)) ||
  /e\+?20|\\n/.test(JSON.stringify(values ?? {})) ||
  values?.a === 1e20;

describe.each(CASES.map((each): [string, Case] => [each.content, each]))("%j", (content, each) => {
  it("is read as the server reads it", () => {
    const { names, fault, beyond } = read(content);
    expect(fault !== undefined, fault?.message).toBe(each.fault !== undefined);
    if (beyond === undefined) expect(names).toEqual(each.variables ?? []);
    else expect(isLeft(each), beyond).toBe(true);
  });

  it("comes to what the server makes of it", () => {
    const outcome = render(content, each.values ?? {});
    if (outcome.is === "beyond") {
      expect(isLeft(each), outcome.what).toBe(true);
      return;
    }
    const said = {
      fault: outcome.is === "fault",
      fails: outcome.is === "absent",
      missing: outcome.is === "missing" ? outcome.name : undefined,
      text: outcome.is === "text" ? outcome.text : undefined,
    };
    expect(said).toEqual({
      fault: each.fault !== undefined,
      fails: each.fails === true,
      missing: each.missing,
      text: each.text,
    });
  });
});

describe("faults", () => {
  it.each([
    ["Dear {{ name, all the best", "{{ name, all the best"],
    ["one\n{{ a.b }} {{ two\nthree", "{{ two"],
    ["{% if a %}x{% for b in c %}y{% endif %}", "{% endif %}"],
    ["a {% if b %} c", "{% if b %}"],
    ["{# never\nclosed", "{# never"],
    ["{{ 5 5 }}", "5"],
    ["{{ é }}", "é"],
  ])("of %j are marked in place", (text, marked) => {
    const { fault } = read(text);
    expect(text.slice(fault?.from, fault?.to)).toBe(marked);
  });

  it("of one text that is too long", () => {
    expect(read("x".repeat(256 * 1024)).fault).toBeUndefined();
    expect(read(`${"x".repeat(256 * 1024)}y`).fault).toBeDefined();
  });
});

it("never goes on without end", () => {
  const many = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
  expect(render(many, {})).toEqual({ is: "beyond", what: "…" });
});

it("reads what is typed as a value: text, unless it is plainly something else", () => {
  expect(
    [
      "Ada",
      "",
      "007",
      "1.50",
      "12",
      "-1.5",
      "true",
      "null",
      '["a", 1]',
      '{"a": {}}',
      '"true"',
      '""',
      "[not",
      "1e3",
    ].map(trialValue),
  ).toEqual([
    "Ada",
    undefined,
    "007",
    "1.50",
    12,
    -1.5,
    true,
    null,
    ["a", 1],
    { a: {} },
    "true",
    "",
    "[not",
    "1e3",
  ]);
});
