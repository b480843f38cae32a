// Permissions are grouped by what they are about.
import { expect, it } from "vitest";
import { groupScopes, groupSubjects } from "./scopes";

it("groups permissions, and leaves out what no program may do", () => {
  expect(groupScopes(["runs:read", "models:read", "runs:write", "server:admin"])).toEqual([
    {
      resource: "runs",
      scopes: [
        { name: "runs:read", action: "read" },
        { name: "runs:write", action: "write" },
      ],
    },
    { resource: "models", scopes: [{ name: "models:read", action: "read" }] },
  ]);
});

it("shows what this app knows no place for, so that nothing is granted unseen", () => {
  const subjects = groupSubjects(["audit:read", "models:read", "workflows:run", "novelties:read"]);
  expect(subjects.map(({ subject, groups }) => [subject, groups.map(({ resource }) => resource)])).toEqual([
    ["building", ["models"]],
    ["running", ["workflows"]],
    ["workspace", ["audit", "novelties"]],
  ]);
});
