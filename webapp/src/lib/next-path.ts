// Where to go after a login. The address says it, and a stranger can write an address: only paths of this server count.

const HOME = "/dashboard";

/** A path of this server, or the first page: `//elsewhere.org` and its disguises would leave it. */
export function nextPath(wanted: string | null): string {
  return wanted !== null && isOwnPath(wanted) ? wanted : HOME;
}

/** The login page that leads back to an address. */
export function loginPath({
  pathname,
  search,
  hash,
}: Pick<Location, "pathname" | "search" | "hash">): string {
  const here = pathname + search + hash;
  const leadsBack = here !== "/" && here !== HOME && isOwnPath(here);
  return leadsBack ? `/login?next=${encodeURIComponent(here)}` : "/login";
}

function isOwnPath(path: string): boolean {
  // Browsers drop control characters and take a backslash for a slash.
  const isPlain = !Array.from(path).some((letter) => letter < " " || letter === "\\");
  return isPlain && path.startsWith("/") && !path.startsWith("//");
}
