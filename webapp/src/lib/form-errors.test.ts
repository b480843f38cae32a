// Messages of the API find their fields.
import { expect, it } from "vitest";
import { fieldErrors, withoutSubject } from "./form-errors";

it("gives each field its first message, and keeps the rest", () => {
  const details = [
    { path: "/email", message: "`email` is no address", atPlace: "is no address" },
    { path: "/scopes/3", message: "no such permission", atPlace: "no such permission" },
    { path: "/scopes/4", message: "not yours", atPlace: "not yours" },
    { path: "/elsewhere", message: "`elsewhere` is odd", atPlace: "is odd" },
  ];
  expect(fieldErrors(details, ["email", "scopes", "name"])).toEqual({
    errors: { email: "is no address", scopes: "no such permission" },
    others: [{ path: "/elsewhere", message: "`elsewhere` is odd", atPlace: "is odd" }],
  });
});

it("leaves out the place that a message begins with, and nothing else", () => {
  expect(withoutSubject("`scopes` must not be empty", "/scopes")).toBe("must not be empty");
  expect(withoutSubject("`variables[0].name` is missing", "/variables/0/name")).toBe("is missing");
  expect(withoutSubject("`a/b` is missing", "/a~1b")).toBe("is missing");
  expect(withoutSubject("`books` has a field `title` already", "/models")).toBe(
    "`books` has a field `title` already",
  );
  expect(withoutSubject("the body is missing", "")).toBe("the body is missing");
});
