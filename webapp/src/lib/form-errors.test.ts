// Messages of the API find their fields.
import { expect, it } from "vitest";
import { fieldErrors } from "./form-errors";

it("gives each field its first message, and keeps the rest", () => {
  const details = [
    { path: "/email", message: "no address" },
    { path: "/scopes/3", message: "no such permission" },
    { path: "/scopes/4", message: "not yours" },
    { path: "/elsewhere", message: "odd" },
  ];
  expect(fieldErrors(details, ["email", "scopes", "name"])).toEqual({
    errors: { email: "no address", scopes: "no such permission" },
    others: [{ path: "/elsewhere", message: "odd" }],
  });
});
