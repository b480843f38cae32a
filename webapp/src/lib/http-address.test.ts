// S17: what a run, a model or a prompt says becomes a link only where it is one.
import { expect, it } from "vitest";
import { httpAddress } from "./http-address";

it("takes nothing for an address but http(s)", () => {
  for (const good of ["http://127.0.0.1:40123/", "https://a.example/b?c=d#e"])
    expect(httpAddress(good)).toBe(good);
  for (const bad of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http://a.example",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//evil.example",
    " https://a.example",
    "https://a.example/\njavascript:alert(1)",
    'https://a.example/"onmouseover="alert(1)',
    "",
    null,
    7,
    { toString: () => "https://a.example" },
  ])
    expect(httpAddress(bad)).toBeUndefined();
});
