// What is said of a version beside the one that is published, also of one that somebody else has overtaken.
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { Workflow } from "@/api/types";
import { VersionNote } from "./publish-button";

it.each([
  [null, "v13"],
  [13, "v13 · published"],
  [12, "v13 · draft, v12 is published"],
  [14, "v13 · older than v14, which is published"],
])("says of v13 where %s is published: %s", (published_version, said) => {
  const workflow = { version: 13, published_version } as Workflow;
  const text = renderToStaticMarkup(createElement(VersionNote, { workflow })).replace(/<[^>]*>/g, "");
  expect(text).toBe(said);
});
