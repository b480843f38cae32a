// An application is asked about as it would be saved; a name that can't be one is no reason to ask nothing.
import { expect, it } from "vitest";
import { readDocument } from "../operations/document";
import { faultsIn, questionOf } from "./check-application";

function read(written: unknown) {
  const document = readDocument(written);
  if (typeof document === "string") throw new Error(document);
  return document;
}

const books = { id: "1", name: "books", fields: [{ id: "2", name: "title", type: "text" }] };
const saved = read({ name: "shop", models: [books], relationships: [] });
const base = { id: "7", draft: { document: saved } };

it("asks about what is there by its id, and keeps only ids that it has", () => {
  const edited = read({ ...saved, label: "Shop", models: [books, { ...books, id: "9", name: "films" }] });
  const question = questionOf(edited, base);
  expect(question).toMatchObject({ id: "7", name: "shop", label: "Shop", description: "" });
  expect(question.models.map(({ id }) => id)).toEqual(["1", undefined]);
});

it("asks about the rest where the name is none", () => {
  const unnamed = { ...saved, name: "My Shop" };
  expect(questionOf(unnamed, base).name).toBeUndefined();
  const neverSaved = { id: undefined, draft: { document: saved } };
  expect(questionOf(unnamed, neverSaved).name).toBe("unnamed");
  const told = {
    details: [
      { path: "/name", message: "taken" },
      { path: "/models/0/name", message: "odd" },
    ],
  };
  expect(faultsIn(unnamed, told).map(({ path }) => path)).toEqual(["/name", "/models/0/name"]);
  expect(faultsIn(unnamed, told)[0]?.message).not.toBe("taken");
  expect(faultsIn(saved, told)[0]).toEqual({ path: "/name", message: "taken" });
  expect(faultsIn(saved, undefined)).toEqual([]);
});
