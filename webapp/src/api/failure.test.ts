// What the API says about a mistake reaches the reader whole, and its silence is explained.
import { expect, it } from "vitest";
import { ApiFailure, howToMend } from "./failure";

it("keeps message, code and the place of every detail", () => {
  const failure = ApiFailure.fromReply(422, {
    error: {
      code: "validation_failed",
      message: "The document is not valid.",
      details: [
        {
          path: "/nodes/2/with/url",
          node: "fetch",
          field: "with.url",
          line: 12,
          column: 9,
          message: "Not a URL.",
        },
        { path: "/name", message: "`name` is too long" },
        "nonsense",
      ],
    },
  });
  expect(failure.message).toBe("The document is not valid.");
  expect(failure.details.map(({ place }) => place)).toEqual(["fetch · with.url, line 12, column 9", "/name"]);
  // Where no place is shown, the message alone has to name it.
  expect(failure.details[1]).toMatchObject({ message: "`name` is too long", atPlace: "is too long" });
  expect(howToMend(failure)).toContain("nothing was changed");
});

it("recognises a server that is not there behind a proxy's page", () => {
  expect(ApiFailure.fromReply(502, undefined).code).toBe("unreachable");
});
