// The header of a removal, read as the server writes it.
import { expect, it } from "vitest";
import { readUsers } from "./users";

it("names nobody where there is no header", () => {
  expect(readUsers(null)).toEqual({ names: [], more: 0 });
  expect(readUsers("")).toEqual({ names: [], more: 0 });
});

it("names them one by one, and counts the rest", () => {
  expect(readUsers("build")).toEqual({ names: ["build"], more: 0 });
  expect(readUsers("build, deploy")).toEqual({ names: ["build", "deploy"], more: 0 });
  expect(readUsers("a, b and 12 more")).toEqual({ names: ["a", "b"], more: 12 });
});
