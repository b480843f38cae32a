// Which runs have put something live, and where it is from one release to the next.
import { expect, it } from "vitest";
import { deployedBy, previewOf, stableAddress } from "./deployment";

const fetched = {
  status: 200,
  headers: {},
  body: { release: "v1" },
  url: "https://api.example/",
  duration_ms: 3,
};
const live = { url: "http://127.0.0.1:40123/", port: 40123, target: "process", release: 3 };
const deploy = { kind: "app.deploy", status: "succeeded", input: { application: "bookshop" }, output: live };

it("takes no fetched answer for an application", () => {
  const fetch = { kind: "http.request", status: "succeeded", output: fetched };
  expect(deployedBy({ output: fetched, steps: [fetch] })).toBeUndefined();
  expect(deployedBy({ output: { fetch: fetched }, steps: [fetch] })).toBeUndefined();
  expect(deployedBy({ output: null, steps: [] })).toBeUndefined();
});

it("finds what a step deployed, or what the output says was", () => {
  const found = { application: "bookshop", url: live.url };
  expect(deployedBy({ output: fetched, steps: [deploy] })).toEqual(found);
  expect(deployedBy({ output: { ship: { ...live, application: "bookshop" } }, steps: [] })).toEqual(found);
  expect(deployedBy({ output: live, steps: [{ ...deploy, status: "failed", output: null }] })).toEqual({
    application: undefined,
    url: live.url,
  });
});

it("never hands over what is not http", () => {
  const url = "javascript:alert(1)";
  const steps = [{ ...deploy, output: { ...live, url } }];
  expect(deployedBy({ output: { url, application: "bookshop" }, steps })).toBeUndefined();
});

it("names the stable address where it leads to this machine", () => {
  const page = (href: string) => stableAddress("bookshop", new URL(href));
  expect(page("http://localhost:4000/runs")).toBe("http://bookshop.localhost:4000/");
  expect(page("http://127.0.0.1:4000/")).toBe("http://bookshop.localhost:4000/");
  expect(page("http://[::1]/")).toBe("http://bookshop.localhost/");
  expect(page("http://lathe.example:4000/")).toBeUndefined();
  expect(page("https://localhost/")).toBeUndefined();
  const preview = stableAddress(previewOf("bookshop"), new URL("http://localhost:4000/"));
  expect(preview).toBe("http://bookshop-preview.localhost:4000/");
  expect(stableAddress("evil.example/", new URL("http://localhost:4000/"))).toBeUndefined();
});
