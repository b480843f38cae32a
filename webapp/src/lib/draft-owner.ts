// Whose unsaved edits this browser keeps: what somebody typed is for no one else, and for no other workspace.

let owner = "nobody";

/** Whose drafts are kept from here on. */
export function keepDraftsOf(person: string, workspace: string | undefined): void {
  owner = `${person}.${workspace ?? "none"}`;
}

/** The key under which this browser keeps something for who is logged in, in the workspace they work in. */
export function ownKey(key: string): string {
  return `${key}@${owner}`;
}
