// The kinds of secrets in words, and what of them is typed how. Kinds that the server has besides keep its own words.
import type { NewSecret, SecretKind } from "@/api/types";
import { t } from "@/lib/i18n";

export interface Pair {
  name: string;
  value: string;
}

export function kindTitle({ name, title }: Pick<SecretKind, "name" | "title">): string {
  switch (name) {
    case "text":
      return t("Text");
    case "basic":
      return t("User and password");
    case "bearer":
      return t("API key or token");
    case "oauth2":
      return t("OAuth 2 client");
    case "registry":
      return t("Container registry");
    case "smtp":
      return t("Mail server");
    case "aws":
      return t("AWS access key");
    case "ssh":
      return t("SSH key");
    case "database":
      return t("Database address");
    case "custom":
      return t("Fields of one's own");
    default:
      return title;
  }
}

export function fieldTitle(name: string): string {
  switch (name) {
    case "value":
      return t("Value");
    case "username":
      return t("User name");
    case "password":
      return t("Password");
    case "token":
      return t("Token");
    case "client_id":
      return t("Client ID");
    case "client_secret":
      return t("Client secret");
    case "token_url":
      return t("Address for tokens");
    case "server":
      return t("Server");
    case "host":
      return t("Host");
    case "port":
      return t("Port");
    case "private_key":
      return t("Private key");
    case "passphrase":
      return t("Passphrase");
    case "url":
      return t("Address");
    case "region":
      return t("Region");
    default:
      return name;
  }
}

/** What may have several lines, such as keys and certificates. */
export function isLong(field: string): boolean {
  return field === "value" || field === "private_key";
}

/** What of the request says what a secret holds. Fields that nobody filled in are left out. */
export function heldBy(
  kind: string,
  values: Record<string, string>,
  own: readonly Pair[],
): Pick<NewSecret, "kind" | "value" | "fields"> {
  if (kind === "text") return { kind, value: values.value ?? "" };
  const pairs =
    kind === "custom" ? own.map(({ name, value }) => [name.trim(), value]) : Object.entries(values);
  return { kind, fields: Object.fromEntries(pairs.filter(([name, value]) => name !== "" && value !== "")) };
}
