// The addresses of the admin page, there and back, whatever somebody types behind the `#`.
import { expect, it } from "vitest";
import { pathOf, placeOf } from "./place";

it("goes there and back", () => {
  const search = new URLSearchParams("title=what?&sort=-price");
  const list = pathOf({ model: "books", mode: "list", search });
  expect(placeOf(`#${list}`)).toMatchObject({ model: "books", mode: "list" });
  expect(placeOf(`#${list}`).search.toString()).toBe(search.toString());
  for (const mode of ["show", "edit"] as const)
    expect(placeOf(`#${pathOf({ model: "books", mode, id: "a/b" })}`)).toMatchObject({
      model: "books",
      mode,
      id: "a/b",
    });
  expect(placeOf("#/books/new?publisher_id=1")).toMatchObject({ model: "books", mode: "new" });
  expect(placeOf("#/%E0%A4%A/%")).toMatchObject({ mode: "show" });
  expect(placeOf("")).toMatchObject({ model: "", mode: "list" });
});
