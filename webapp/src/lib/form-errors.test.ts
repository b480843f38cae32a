// Messages of the API find their fields.
import { expect, it } from "vitest";
import { fieldErrors, withoutSubject } from "./form-errors";

it("gives each field its first message, and keeps the rest", () => {
  const details = [
    { path: "/email", message: "`email` is no address" },
    { path: "/scopes/3", message: "no such permission" },
    { path: "/scopes/4", message: "not yours" },
    { path: "/elsewhere", message: "`elsewhere` is odd" },
  ];
  expect(fieldErrors(details, ["email", "scopes", "name"])).toEqual({
    errors: { email: "is no address", scopes: "no such permission" },
    others: [{ path: "/elsewhere", message: "`elsewhere` is odd" }],
  });
});

it("leaves out the place that a message begins with, and nothing else", () => {
  const cut = (message: string, path: string) => withoutSubject({ message, path });
  expect(cut("`scopes` must not be empty", "/scopes")).toBe("must not be empty");
  expect(cut("`variables[0].name` is missing", "/variables/0/name")).toBe("is missing");
  expect(cut("`a/b` is missing", "/a~1b")).toBe("is missing");
  expect(cut("`books` has a field `title` already", "/models")).toBe("`books` has a field `title` already");
  expect(cut("the body is missing", "")).toBe("the body is missing");
});
