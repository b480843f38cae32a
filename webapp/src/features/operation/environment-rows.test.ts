// Rows of an environment: what is sent of them, whose faults are whose, and files that are pasted.
import { describe, expect, it } from "vitest";
import { ApiFailure } from "@/api/failure";
import { faultsOf, pasted, type Row, rowsOf, sent, switched, withPasted } from "./environment-rows";

const row = (key: string, name: string, text: string, held: Row["held"] = "value"): Row => ({
  key,
  name,
  text,
  held,
});

describe("rows of an environment", () => {
  it("are sent as they were read", () => {
    const kept = {
      variables: [
        { name: "GREETING", value: " hello " },
        { name: "SMTP_PASSWORD", secret: "smtp.password" },
        { name: "EMPTY", value: "" },
      ],
    };
    expect(sent(rowsOf(kept))).toEqual(kept);
  });

  it("are not sent when nothing was typed into them", () => {
    expect(sent([row("a", " ", ""), row("b", " A ", "1")])).toEqual({
      variables: [{ name: "A", value: "1" }],
    });
  });

  it("have the faults that the API tells of them, by their turn among those that were sent", () => {
    const details = [
      { path: "/variables/0/name", place: "", message: "`name` is first", atPlace: "is first" },
      { path: "/variables/1/secret", place: "", message: "`secret` is second", atPlace: "is second" },
      { path: "/variables", place: "", message: "`variables` are too many", atPlace: "are too many" },
    ];
    const failure = new ApiFailure(422, "validation_failed", "no", details);
    const { rows, others } = faultsOf(failure, [
      row("a", "1A", ""),
      row("empty", "", ""),
      row("b", "B", "x", "secret"),
    ]);
    expect(rows).toEqual({ a: { name: "is first" }, b: { text: "is second" } });
    expect(others).toEqual(["`variables` are too many"]);
  });

  it("are read out of a file of such lines", () => {
    expect(pasted("# mail\nexport HOST=mail.example.org\r\nUSER='ada'\n\nEMPTY=\nURL=a=b")).toEqual([
      { name: "HOST", text: "mail.example.org" },
      { name: "USER", text: "ada" },
      { name: "EMPTY", text: "" },
      { name: "URL", text: "a=b" },
    ]);
    expect(pasted("GREETING")).toBeUndefined();
    expect(pasted("two words=1")).toBeUndefined();
    expect(pasted("")).toBeUndefined();
  });

  it("keep what was typed of either kind", () => {
    const value = row("a", "A", "typed");
    const secret = { ...value, ...switched(value, "secret") };
    expect(secret).toMatchObject({ held: "secret", text: "" });
    const named = { ...secret, text: "smtp.password" };
    const back = { ...named, ...switched(named, "value") };
    expect(back).toMatchObject({ held: "value", text: "typed" });
    expect({ ...back, ...switched(back, "secret") }).toMatchObject({ text: "smtp.password" });
    expect(switched(value, "value")).toEqual({});
    expect(sent([back])).toEqual({ variables: [{ name: "A", value: "typed" }] });
  });

  it("make way for what is pasted, up to as many as there may be", () => {
    const rows = [row("a", "A", "1"), row("b", "", ""), row("c", "C", "3")];
    const read = [row("b", "X", "x"), row("d", "Y", "y"), row("e", "Z", "z")];
    const keys = (most: number) => withPasted(rows, "b", read, most).map(({ key }) => key);
    expect(keys(100)).toEqual(["a", "b", "d", "e", "c"]);
    expect(keys(4)).toEqual(["a", "b", "d", "c"]);
  });
});
