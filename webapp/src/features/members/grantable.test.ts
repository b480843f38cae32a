// Roles that may do more than oneself are not offered.
import { expect, it } from "vitest";
import { choosableRoles, grantableRoles } from "./grantable";

const role = (name: string, ...permissions: string[]) => ({ name, built_in: true, permissions });
const roles = [role("viewer", "a:read"), role("owner", "a:read", "a:delete")];

it("offers the roles whose permissions one has", () => {
  expect(grantableRoles(roles, ["a:read", "a:write"]).map(({ name }) => name)).toEqual(["viewer"]);
});

it("leaves the choice only for who may not do more than oneself", () => {
  expect(choosableRoles(roles, ["a:read"], "viewer")).toEqual(["viewer"]);
  expect(choosableRoles(roles, ["a:read"], "owner")).toBeUndefined();
  expect(choosableRoles(roles, ["a:read", "a:delete"], "viewer")).toEqual(["viewer", "owner"]);
});
