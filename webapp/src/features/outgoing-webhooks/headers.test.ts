// Headers are read line by line, and a line that is none is named.
import { expect, it } from "vitest";
import { readHeaders } from "./headers";

it("reads names and values, whatever else a value holds", () => {
  const { headers, fault } = readHeaders("Authorization: Bearer a:b\n\n x-team :  ops \nx-empty:");
  expect(headers).toEqual({ authorization: "Bearer a:b", "x-team": "ops", "x-empty": "" });
  expect(fault).toBeUndefined();
});

it("names the line that is none", () => {
  expect(readHeaders("x-team: ops\nno header").fault).toContain("2");
  expect(readHeaders("two words: x").fault).toContain("1");
});
