// @vitest-environment node
// Who may know whom: routes compose features, features share components and lib, nobody looks sideways or up.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SRC = fileURLToPath(new URL(".", import.meta.url));

/** What each room may import by its `@/` address, besides what is in the same folder. */
const MAY_KNOW: Record<string, RegExp> = {
  app: /^(records$|(app|features|components|lib|api)\/)/,
  features: /^(records$|components\/|lib\/|api\/)/,
  // A build of its own, and what it shows: neither knows anything of Lathe, nor of its API.
  admin: /^(records$|components\/(button|dialog|empty-state)|lib\/(cn|json|http-address|in-sight))/,
  records: /^(components\/(button|dialog|empty-state)|lib\/(cn|json|http-address|in-sight))/,
  components: /^(components|lib|api)\//,
  lib: /^(lib|api\/types)/,
  api: /^(api|lib)\//,
};

function imports(file: string): string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  return [...text.matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].map((match) => match[1] ?? match[2] ?? "");
}

it("keeps the arrows between folders", () => {
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const broken: string[] = [];
  for (const file of files.map((name) => name.replaceAll("\\", "/"))) {
    const allowed = MAY_KNOW[file.split("/")[0] ?? ""];
    if (!allowed) continue;
    for (const target of imports(file)) {
      const isAbsolute = target.startsWith("@/");
      const leavesFeature = file.startsWith("features/") && isSideways(file, target);
      if ((isAbsolute && !allowed.test(target.slice(2))) || leavesFeature)
        broken.push(`${file} -> ${target}`);
    }
  }
  expect(files.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

/** A relative import that climbs out of its feature. */
function isSideways(file: string, target: string): boolean {
  if (!target.startsWith("..")) return false;
  const depth = file.split("/").length - 3;
  return target.split("/").filter((part) => part === "..").length > depth;
}
