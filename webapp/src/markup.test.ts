// @vitest-environment node
// S17, C22: no text becomes markup or a script here, and links lead where somebody has looked. Sizes are those of the scales.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL(".", import.meta.url));

/** What the linter does not know, beside what it forbids (biome.json, security). */
const NEVER =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|srcDoc|createContextualFragment|document\.write|new Function|setHTMLUnsafe)\b|\beval\(|javascript:/;

/** Where a link gets its address from, and who has looked at it. */
const KNOWN: Record<string, string> = {
  "admin/main.tsx `#${to}`": "a place of the page itself",
  "app/routes/run.tsx url": "addressOf of what deployedBy found",
  "components/json-view.tsx address": "httpAddress",
  "features/account/set-up-second-factor.tsx url": "otpauth: of our own server",
  "features/applications/application-row.tsx address": "addressOf of an httpAddress",
  "features/applications/live-section.tsx address": "addressOf of an httpAddress",
  "features/applications/release-links.tsx address": "addressOf of an httpAddress",
  "features/dashboard/application-panel.tsx address": "addressOf of an httpAddress",
  "features/dashboard/guide.tsx address": "addressOf of an httpAddress",
  "features/auth/provider-links.tsx providerLink(url, next)": "a path of our own server",
  "features/files/preview.tsx query.data": "a data: address made here, of a type that preview-kind.ts lists",
  "features/preview/preview-actions.tsx address": "addressOf of an httpAddress",
  "records/cell.tsx address": "httpAddress",
  "features/runs/run-panel.tsx addressOf(deployed)": "addressOf of what deployedBy found",
};

function sources(): [string, string][] {
  return read(/(?<!\.test|schema)\.tsx?$/);
}

function read(wanted: RegExp): [string, string][] {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => wanted.test(name));
  return files.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(SRC, name), "utf8")]);
}

it("makes no markup and no scripts of texts", () => {
  const all = sources();
  expect(all.length).toBeGreaterThan(100);
  const found = all.filter(([, text]) => NEVER.test(text)).map(([name]) => name);
  expect(found).toEqual([]);
});

it("knows where the address of each link comes from", () => {
  const found = sources().flatMap(([name, text]) => {
    const links = [...text.matchAll(/\b(?:href|src|action|formAction|xlinkHref)=\{((?:`[^`]*`|[^}])+)\}/g)];
    return links.map(([, address]) => `${name} ${address}`);
  });
  expect([...new Set(found)].sort()).toEqual(Object.keys(KNOWN).sort());
});

/**
 * Sizes of text are named in `app/look.css`; spacing counts in quarters of a rem, and in quarters of those. This looks at plain
 * lengths in classes. Not looked at: what is calculated, measures of the screen, corners, and lengths in stylesheets, where
 * handles and outlines are drawn by the pixel.
 */
const OFF_SCALE =
  /(?<![\w-])-?(?:text|leading|indent|size|basis|[wh]|(?:min|max)-[wh]|(?:scroll-)?[pm][xytrblse]?|(?:gap|space|inset|translate)(?:-[xy])?|top|left|right|bottom|start|end)-\[-?[\d.]+(?:px|rem|em)\]/g;

/** A size of text that is none of the scale, in a stylesheet or in what an editor is given. */
const OWN_SIZE = /\b(?:font-size|fontSize)["']?:(?!\s*["'`]?var\(--text-)[^;,}\n]*/g;

it("has one scale of type and one of spacing", () => {
  const found = sources().flatMap(([name, text]) =>
    [...text.matchAll(OFF_SCALE)].map(([size]) => `${name} ${size}`),
  );
  expect(found).toEqual([]);
});

it("takes sizes of text from the scale in stylesheets and editors as well", () => {
  const styles = read(/\.css$/);
  expect(styles.length).toBeGreaterThan(2);
  const found = [...sources(), ...styles].flatMap(([name, text]) =>
    [...text.matchAll(OWN_SIZE)].map(([size]) => `${name} ${size}`),
  );
  expect(found).toEqual([]);
});

it("knows what is off the scale", () => {
  for (const off of [
    "text-[16px]",
    "text-[0.95em]",
    "-mt-[3px]",
    "mt-[-3px]",
    "leading-[18px]",
    "basis-[7rem]",
    "space-y-[5px]",
    "inset-x-[3px]",
    "gap-x-[0.3rem]",
    "ps-[3px]",
    "scroll-mt-[50px]",
    "-translate-x-[3px]",
  ])
    expect(`flex max-md:${off} grow`.match(OFF_SCALE)).toEqual([off]);
  for (const fine of ["max-h-[75vh]", "rounded-l-[5px]", "max-h-[calc(75vh-2rem)]", "grid-cols-[1fr_8rem]"])
    expect(fine.match(OFF_SCALE)).toBeNull();
  for (const own of ["font-size: 10px;", 'fontSize: "12.5px"', "font-size:1rem"])
    expect(own.match(OWN_SIZE)).toHaveLength(1);
  expect('font-size: var(--text-3xs); fontSize: "var(--text-code)"'.match(OWN_SIZE)).toBeNull();
});
