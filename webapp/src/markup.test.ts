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
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" });
  const ours = files.filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|schema\.ts$/.test(name));
  return ours.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(SRC, name), "utf8")]);
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

/** Sizes of text are named in `app/look.css`; spacing counts in quarters of a rem, and in quarters of those. */
const OFF_SCALE =
  /(?<![\w-])(?:text|size|[wh]|(?:min|max)-[wh]|[pm][xytrbl]?|gap|top|left|right|bottom|inset)-\[[\d.]+(?:px|rem)\]/g;

it("has one scale of type and one of spacing", () => {
  const found = sources().flatMap(([name, text]) =>
    [...text.matchAll(OFF_SCALE)].map(([size]) => `${name} ${size}`),
  );
  expect(found).toEqual([]);
  expect("max-md:text-[16px]".match(OFF_SCALE)).toEqual(["text-[16px]"]);
});
