// The workspace that someone has chosen to work in, when it is not their own; this browser remembers it.
import { forgetTyped, leaveTyped } from "@/lib/unsaved";

const KEY = "lathe.workspace";

let chosen = stored();

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

/** Goes on in another workspace. Nothing that was read in one is to be seen in another, so the page begins anew. */
export function enterWorkspace(id: string | undefined, path: string): void {
  chooseWorkspace(id);
  // Who stayed now would save what was typed in one workspace into the other.
  forgetTyped();
  window.location.assign(path);
}

function stored(): string | undefined {
  try {
    const id = localStorage.getItem(KEY) ?? "";
    return /^[0-9a-f-]{36}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
