// The lines to copy do what each kind of sender has to do; the signatures are checked by running them in a shell.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import type { Webhook } from "@/api/types";
import { curlLine, shellLines, VERIFICATIONS, verificationName, whatSenderNeeds } from "./verification";

const URL = "https://lathe.example.org/api/hooks/it's";

function lines(verification: Webhook["verification"], methods: Webhook["methods"] = ["POST"]): string {
  return shellLines({ url: URL, verification, methods });
}

it("has a name, an explanation and lines for every kind", () => {
  for (const each of VERIFICATIONS) {
    expect(verificationName(each)).not.toBe("");
    expect(whatSenderNeeds(each)).not.toBe("");
    expect(lines(each)).toContain("curl");
  }
});

it("quotes the address, shows a token, and sends no body by GET", () => {
  expect(lines("bearer")).toContain(`'https://lathe.example.org/api/hooks/it'\\''s'`);
  expect(lines("bearer")).toContain('-H "Authorization: Bearer $SECRET"');
  expect(lines("none")).not.toContain("SECRET");
  expect(curlLine({ url: URL, verification: "none", methods: ["GET"] })).toMatch(/^curl -X GET '[^ ]+'$/);
});

/** Runs the lines with a `curl` that says what it was given. */
function sent(verification: Webhook["verification"], secret: string): string[] {
  const script = `curl() { for each in "$@"; do echo "$each"; done; }\nuuidgen() { echo 7; }\n${lines(verification)}`;
  const output = execFileSync("bash", ["-c", script], { env: { ...process.env, SECRET: secret } });
  return output.toString().trim().split("\n");
}

function header(given: string[], name: string): string {
  return given.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? "";
}

const BODY = '{"hello": "world"}';

it("signs as GitHub does", () => {
  const signature = createHmac("sha256", "s3cret").update(BODY).digest("hex");
  expect(header(sent("github", "s3cret"), "X-Hub-Signature-256")).toBe(`sha256=${signature}`);
});

it("signs as Stripe does", () => {
  const said = header(sent("stripe", "whsec_x"), "Stripe-Signature");
  const [, at = "", given = ""] = /^t=(\d+),v1=(\w+)$/.exec(said) ?? [];
  expect(given).toBe(createHmac("sha256", "whsec_x").update(`${at}.${BODY}`).digest("hex"));
});

it("signs as Standard Webhooks says", () => {
  const key = Buffer.from("a key of at least sixteen bytes\u0000\n\n");
  const given = sent("hmac", `whsec_${key.toString("base64")}`);
  const told = `${header(given, "webhook-id")}.${header(given, "webhook-timestamp")}.${BODY}`;
  const signature = createHmac("sha256", key).update(told).digest("base64");
  expect(header(given, "webhook-signature")).toBe(`v1,${signature}`);
});
