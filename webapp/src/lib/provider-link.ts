// Where a login by way of another service begins, and with which page it goes on.
import { nextPath } from "./next-path";

export function providerLink(url: string, next: string | undefined): string {
  if (next === undefined || next === nextPath(null)) return url;
  return `${url}?next=${encodeURIComponent(next)}`;
}
