// The link of an invitation outlives the next one, as long as nobody has it.
import { expect, it } from "vitest";
import { type MadeLink, withCopied, withMade } from "./made-links";

const link = (id: string, mailed = false): MadeLink => ({
  id,
  email: `${id}@example.org`,
  link: `https://lathe.example.org/${id}`,
  mailed,
});
const ids = (links: readonly MadeLink[]) => links.map(({ id }) => id);

it("keeps each link until it was copied, the newest first", () => {
  let links = withMade(withMade([], link("ada")), link("grace"));
  expect(ids(links)).toEqual(["grace", "ada"]);
  links = withCopied(links, "ada");
  // It goes with the next one, not from under the hand that has just copied it.
  expect(ids(links)).toEqual(["grace", "ada"]);
  expect(ids(withMade(links, link("joan")))).toEqual(["joan", "grace"]);
});

it("lets go of what is on its way by letter, and of what was made anew", () => {
  expect(ids(withMade([link("ada", true)], link("grace")))).toEqual(["grace"]);
  expect(ids(withMade([link("grace"), link("ada")], link("ada")))).toEqual(["ada", "grace"]);
});
