// A login by way of another service leads back to where one was.
import { expect, it } from "vitest";
import { providerLink } from "./provider-link";

it("says where to go on, unless that is the first page", () => {
  const url = "https://lathe.example.org/api/auth/oauth/github";
  expect(providerLink(url, "/runs?a=b&c=d")).toBe(`${url}?next=%2Fruns%3Fa%3Db%26c%3Dd`);
  expect(providerLink(url, "/dashboard")).toBe(url);
  expect(providerLink(url, undefined)).toBe(url);
});
