// How senders prove themselves, what each of them has to be told, and a line for the shell that tries it.
import type { Verification, Webhook } from "@/api/types";
import { t } from "@/lib/i18n";

export const VERIFICATIONS: readonly Verification[] = ["bearer", "hmac", "github", "stripe", "none"];

export function verificationName(verification: Verification): string {
  switch (verification) {
    case "bearer":
      return t("A token");
    case "hmac":
      return t("Signature (Standard Webhooks)");
    case "github":
      return t("GitHub");
    case "stripe":
      return t("Stripe");
    case "none":
      return t("Nothing: whoever knows the address");
  }
}

/** What the other side has to do. */
export function whatSenderNeeds(verification: Verification): string {
  switch (verification) {
    case "bearer":
      return t(
        "The sender shows the secret in the header “Authorization: Bearer …”. A header “Idempotency-Key” tells repetitions.",
      );
    case "hmac":
      return t(
        "The sender signs with the secret and sends webhook-id, webhook-timestamp and webhook-signature; libraries of Standard Webhooks do.",
      );
    case "github":
      return t(
        "At GitHub: Settings, Webhooks, Add webhook. Enter the address as the payload URL, application/json as the content type, and the secret.",
      );
    case "stripe":
      return t(
        "Stripe makes the secret: add the address as an endpoint there, and give Lathe the signing secret that begins with whsec_.",
      );
    case "none":
      return t(
        "Nothing is checked. The address is all that protects the workflow, so it has to stay secret. A header “Idempotency-Key” tells repetitions.",
      );
  }
}

/** Whether the secret comes from the other side, and has to be entered here. */
export function givesSecret(verification: Verification): boolean {
  return verification === "stripe";
}

type Sent = Pick<Webhook, "url" | "verification" | "methods">;

/** A line that sends something, with `$SECRET` where the secret goes. Signatures take more than a line. */
export function curlLine({ url, verification, methods }: Sent): string | undefined {
  if (verification === "github" || verification === "stripe" || verification === "hmac") return undefined;
  const method = methods.includes("POST") || methods.length === 0 ? "POST" : (methods[0] ?? "POST");
  const parts = [`curl -X ${method} ${quoted(url)}`];
  if (verification === "bearer") parts.push('-H "Authorization: Bearer $SECRET"');
  if (method !== "GET") parts.push("-H 'content-type: application/json'", `-d '{"hello": "world"}'`);
  return parts.join(" \\\n  ");
}

/** GitHub's and Stripe's own way, and that of Standard Webhooks, as a script for the shell. */
export function signedLines({ url, verification }: Sent): string | undefined {
  const body = `BODY='{"hello": "world"}'`;
  const send = `curl -X POST ${quoted(url)} -H 'content-type: application/json' -d "$BODY"`;
  switch (verification) {
    case "github":
      return [
        body,
        `SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')`,
        `${send} \\\n  -H "X-Hub-Signature-256: sha256=$SIGNATURE" -H "X-GitHub-Delivery: $(uuidgen)"`,
      ].join("\n");
    case "stripe":
      return [
        body,
        "AT=$(date +%s)",
        `SIGNATURE=$(printf %s "$AT.$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')`,
        `${send} \\\n  -H "Stripe-Signature: t=$AT,v1=$SIGNATURE"`,
      ].join("\n");
    case "hmac":
      return [
        body,
        "ID=msg_$(uuidgen) AT=$(date +%s)",
        `KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -vtx1 | tr -d ' \\n')`,
        `SIGNATURE=$(printf %s "$ID.$AT.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | base64)`,
        `${send} \\\n  -H "webhook-id: $ID" -H "webhook-timestamp: $AT" -H "webhook-signature: v1,$SIGNATURE"`,
      ].join("\n");
    default:
      return undefined;
  }
}

export function shellLines(webhook: Sent): string {
  return curlLine(webhook) ?? signedLines(webhook) ?? "";
}

/** As one word of the shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
