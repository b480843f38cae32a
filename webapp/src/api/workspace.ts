// The workspace that someone has chosen to work in, when it is not their own; this browser remembers it.
import { forgetTyped, leaveTyped } from "@/lib/unsaved";

const KEY = "lathe.workspace";

/** In an address: the workspace in which a page begins. It is taken out of the address at once. */
const PARAMETER = "workspace";
const OWN = "own";
const ID = /^[0-9a-f-]{36}$/;

let chosen = stored();
begin();

/** None stands for one's own. */
export function chosenWorkspace(): string | undefined {
  return chosen;
}

export function chooseWorkspace(id: string | undefined): void {
  chosen = id;
  try {
    if (id === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, id);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
}

/** As `enterWorkspace`, for who chooses it: asks before, where something typed would be lost. */
export function switchWorkspace(id: string | undefined, path: string): void {
  leaveTyped(() => enterWorkspace(id, path));
}

/**
 * Goes on in another workspace. Nothing that was read in one is to be seen in another, so the page begins anew; the choice
 * goes along in the address, since a browser may ask about a draft, and who stays then is still where they were.
 */
export function enterWorkspace(id: string | undefined, path: string): void {
  // Of forms it has been asked already.
  forgetTyped();
  window.location.assign(addressIn(id, path));
}

/** The address of a path of this app in that workspace; none stands for one's own. */
export function addressIn(id: string | undefined, path: string): string {
  const address = new URL(path, window.location.origin);
  address.searchParams.set(PARAMETER, id ?? OWN);
  return address.pathname + address.search + address.hash;
}

function begin(): void {
  const address = new URL(window.location.href);
  const named = address.searchParams.get(PARAMETER);
  if (named === null || !(named === OWN || ID.test(named))) return;
  chooseWorkspace(named === OWN ? undefined : named);
  address.searchParams.delete(PARAMETER);
  window.history.replaceState(window.history.state, "", address);
}

function stored(): string | undefined {
  try {
    const id = localStorage.getItem(KEY) ?? "";
    return ID.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
