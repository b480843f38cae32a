// Faults that have a place are marked there; the others are told beside the text.
import { expect, it } from "vitest";
import { ApiFailure } from "@/api/failure";
import { placedFaults } from "./faults";

it("reads the places that the server names", () => {
  const failure = ApiFailure.fromReply(422, {
    error: {
      code: "validation_failed",
      message: "the text has faults",
      details: [
        { path: "/models/0", message: "there is no such model", line: 2, column: 11 },
        { path: "/source", message: "too long" },
      ],
    },
  });
  expect(placedFaults(failure)).toEqual([{ line: 2, column: 11, message: "there is no such model" }]);
  expect(placedFaults(new Error("no answer"))).toEqual([]);
});
