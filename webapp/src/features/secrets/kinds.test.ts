// What is sent of what was typed.
import { expect, it } from "vitest";
import { heldBy, kindTitle } from "./kinds";

it("sends a text as a value, and everything else as fields", () => {
  expect(heldBy("text", { value: " kept as it is \n" }, [])).toEqual({
    kind: "text",
    value: " kept as it is \n",
  });
  expect(heldBy("smtp", { host: "mail", port: "", username: "ada", password: "x" }, [])).toEqual({
    kind: "smtp",
    fields: { host: "mail", username: "ada", password: "x" },
  });
});

it("takes the fields of one's own from their rows", () => {
  const rows = [
    { name: " key ", value: "1" },
    { name: "", value: "nothing" },
  ];
  expect(heldBy("custom", { value: "left over" }, rows)).toEqual({ kind: "custom", fields: { key: "1" } });
});

it("has the server's words for kinds that it does not know", () => {
  expect(kindTitle({ name: "vault", title: "Vault" })).toBe("Vault");
});
