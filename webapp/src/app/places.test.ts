// The places of the app: each has its own address and key, and is shown to who may see it.
import { expect, it } from "vitest";
import { baseOf, firstOf, GROUPS, groupsFor, PLACES } from "./places";

it("has an address, a key and a model for each place alone", () => {
  for (const part of ["to", "key", "model"] as const) {
    const all = PLACES.flatMap((place) => place[part] ?? []);
    expect(new Set(all).size, part).toBe(all.length);
  }
  // After `g` no other key of a list may be meant.
  expect(PLACES.filter(({ key }) => key === "g" || key.length !== 1)).toEqual([]);
});

it("knows where records live, also of models that it has not heard of", () => {
  expect(baseOf("executions")).toBe("/runs");
  expect(baseOf("odd things")).toBe("/records/odd%20things");
});

it("leads nobody where their role ends", () => {
  const places = (permissions: string[]) =>
    groupsFor(permissions).flatMap((group) => group.places.map(({ to }) => to));
  expect(places([])).toEqual(["/dashboard", "/settings"]);
  expect(places(["executions:read", "secrets:write"])).toEqual(["/dashboard", "/runs", "/settings"]);
  expect(groupsFor(["executions:read"])).toHaveLength(3);
});

it("has at most four places in the bar of a phone", () => {
  expect(firstOf(GROUPS).map(({ to }) => to)).toEqual(["/workflows", "/runs", "/applications", "/models"]);
  expect(firstOf(groupsFor(["prompts:read"])).map(({ to }) => to)).toEqual(["/prompts"]);
});
