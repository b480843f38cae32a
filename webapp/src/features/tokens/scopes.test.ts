// Permissions are grouped by what they are about.
import { expect, it } from "vitest";
import { groupScopes } from "./scopes";

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
