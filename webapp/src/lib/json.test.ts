// The address of a deployed application, wherever a workflow's output has it.
import { expect, it } from "vitest";
import { findUrl } from "./json";

it("finds the address nearest to the top", () => {
  expect(findUrl({ url: "http://a/", deploy: { url: "http://b/" } })).toBe("http://a/");
  expect(findUrl({ deploy: { url: "https://b/" } })).toBe("https://b/");
});

it("never hands over what is not http", () => {
  expect(findUrl({ url: "javascript:alert(1)" })).toBeUndefined();
  expect(findUrl("http://a/")).toBeUndefined();
  expect(findUrl(null)).toBeUndefined();
});
