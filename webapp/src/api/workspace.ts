// The workspace that someone has chosen to work in, when it is not their own; this browser remembers it.
import { askToLeave, leaveUnasked } from "@/lib/unsaved";

const KEY = "lathe.workspace";

/** Which workspace this tab was just sent to: an address alone, which may be a link from anywhere, chooses none. */
const MARK = "lathe.workspace.entering";

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
  askToLeave(() => enterWorkspace(id, path));
}

/**
 * Goes on in another workspace. Nothing that was read in one is to be seen in another, so the page begins anew; the choice
 * goes along in the address, since a browser may ask about a draft, and who stays then is still where they were.
 */
export function enterWorkspace(id: string | undefined, path: string): void {
  try {
    sessionStorage.setItem(MARK, id ?? OWN);
  } catch {
    // Then the page begins in the workspace that it is in: chosen before it is left, who stays would save to the other.
  }
  leaveUnasked(() => window.location.assign(addressIn(id, path)));
}

/** The address of a path of this app in that workspace; none stands for one's own. */
export function addressIn(id: string | undefined, path: string): string {
  const address = new URL(path, window.location.origin);
  address.searchParams.set(PARAMETER, id ?? OWN);
  return address.pathname + address.search + address.hash;
}

function begin(): void {
  // Of who stayed it is still there; it is for one address, and for the page that comes next.
  const entered = takeMark();
  const address = new URL(window.location.href);
  const named = address.searchParams.get(PARAMETER);
  if (named === null || !(named === OWN || ID.test(named))) return;
  if (named === entered) chooseWorkspace(named === OWN ? undefined : named);
  address.searchParams.delete(PARAMETER);
  window.history.replaceState(window.history.state, "", address);
}

function takeMark(): string | null {
  try {
    const mark = sessionStorage.getItem(MARK);
    sessionStorage.removeItem(MARK);
    return mark;
  } catch {
    return null;
  }
}

function stored(): string | undefined {
  try {
    const id = localStorage.getItem(KEY) ?? "";
    return ID.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
