// The name under which a release is live.
import { expect, it } from "vitest";
import { applicationOf } from "./release-name";

it("is the release's own without its number", () => {
  expect(applicationOf("bookshop 12")).toBe("bookshop");
  expect(applicationOf("shop_2 3")).toBe("shop_2");
});
