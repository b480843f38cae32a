// The links of invitations that were made on this page: each is shown this once, and stays until somebody has a copy of it.

export interface MadeLink {
  id: string;
  email: string;
  link: string;
  /** Whoever is invited has it by letter, too. */
  mailed: boolean;
  isCopied?: boolean;
}

/** The newest first; of those before it only what nobody has yet. One that was made anew replaces itself. */
export function withMade(links: readonly MadeLink[], made: MadeLink): MadeLink[] {
  return [made, ...links.filter(({ id, mailed, isCopied }) => id !== made.id && !mailed && !isCopied)];
}

export function withCopied(links: readonly MadeLink[], id: string): MadeLink[] {
  return links.map((each) => (each.id === id ? { ...each, isCopied: true } : each));
}
