// Roles that may do more than oneself are not offered.
import { expect, it } from "vitest";
import { grantableRoles } from "./grantable";

it("offers the roles whose permissions one has", () => {
  const role = (name: string, ...permissions: string[]) => ({ name, built_in: true, permissions });
  const roles = [role("viewer", "a:read"), role("owner", "a:read", "a:delete")];
  expect(grantableRoles(roles, ["a:read", "a:write"]).map(({ name }) => name)).toEqual(["viewer"]);
});
