// What somebody has chosen in this browser, and what is taken over from their other ones as long as they have not. Either is
// there before the server has said anything, so that nothing looks otherwise at first.

export class OwnChoice {
  readonly #own: string;
  /** public/theme.js reads it by this name, too. */
  readonly #adopted: string;

  constructor(key: string) {
    this.#own = key;
    this.#adopted = `${key}.adopted`;
  }

  read(): string | null {
    return get(this.#own) ?? get(this.#adopted);
  }

  make(chosen: string): void {
    set(this.#own, chosen);
  }

  /** Says whether it counts here: what was chosen in this browser goes before. */
  adopt(chosen: string | null): boolean {
    if (get(this.#own) !== null) return false;
    set(this.#adopted, chosen);
    return true;
  }
}

function get(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Storage may be forbidden: then nothing was chosen.
    return null;
  }
}

function set(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
}
