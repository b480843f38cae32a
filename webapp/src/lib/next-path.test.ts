// What may follow a login: nothing that leaves this server.
import { expect, it } from "vitest";
import { loginPath, nextPath } from "./next-path";

it("takes paths of this server", () => {
  expect(nextPath("/runs?status=failed#x")).toBe("/runs?status=failed#x");
  expect(nextPath(null)).toBe("/dashboard");
});

it.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "javascript:alert(1)",
  "runs",
  "",
])("refuses %j", (wanted) => {
  expect(nextPath(wanted)).toBe("/dashboard");
});

it("leads back to where one was, unless that is the first page", () => {
  const at = (pathname: string, search = "", hash = "") => loginPath({ pathname, search, hash });
  expect(at("/runs", "?a=b")).toBe("/login?next=%2Fruns%3Fa%3Db");
  expect(at("/register", "?invitation", "#token")).toBe("/login?next=%2Fregister%3Finvitation%23token");
  expect(at("/dashboard")).toBe("/login");
  expect(at("/")).toBe("/login");
});
