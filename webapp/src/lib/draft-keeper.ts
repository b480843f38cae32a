// Keeps unsaved edits in this browser, so that a reload, a crash or an ended session loses none. Each page keeps its own:
// two that edit one thing don't share a draft, and what a page left behind is taken up by the next one that opens the thing.
import { ownKey } from "./draft-owner";
import type { Step } from "./edit-history";
import { ownPlaces, type Places } from "./held-places";
import { isRecord, type JsonRecord } from "./json";

/** What was edited, what it began with, and how to go back. */
export interface KeptDraft<Draft, Operation> {
  base: Draft;
  draft: Draft;
  done: readonly Step<Operation>[];
  at: string;
}

/** What a page needs of its surroundings. */
export interface DraftWorld extends Places {
  /** What all pages of this browser share. */
  shared: () => Storage;
  /** What only this page sees, also after a reload. */
  own: () => Storage;
}

/** What nobody came back to for so long gives way where room is short. */
const OLD_MS = 30 * 24 * 3_600_000;

export class DraftKeeper {
  /** Where this page keeps its draft of a thing. */
  private readonly places = new Map<string, string>();
  private readonly holding = new Map<string, () => void>();
  private taken: ReadonlySet<string> = new Set();

  constructor(private readonly world: DraftWorld) {}

  /** Sees which drafts belong to other pages; what is not known to be held counts as left behind. */
  async lookAround(): Promise<void> {
    this.taken = await this.world.held().catch(() => new Set<string>());
  }

  /** Says whether it could be kept. Where room is short the way back is left out, and what is old gives way; no other draft does. */
  keep<D, O>(key: string, kept: KeptDraft<D, O>): boolean {
    const place = this.placeOf(key);
    this.hold(place);
    const attempts = [kept, { ...kept, done: [] }];
    const isKept = () => attempts.some((attempt) => this.write(place, JSON.stringify(attempt)));
    return isKept() || (this.dropOld() && isKept());
  }

  /** Forgets what this page kept, and nothing of another one. The place stays its own: more is kept by its name. */
  forget(key: string): void {
    const place = this.places.get(ownKey(key));
    if (place === undefined) return;
    try {
      this.world.shared().removeItem(place);
    } catch {
      // Without storage there is nothing to forget.
    }
  }

  /** What was kept by this page, or left behind by one that is gone, with whatever else was kept along. */
  recall<D, O>(
    key: string,
    readDraft: (value: unknown) => D | undefined,
  ): { kept: KeptDraft<D, O>; more: JsonRecord } | undefined {
    const before = this.places.get(ownKey(key));
    // Another page took it up while this one was elsewhere.
    if (before !== undefined && !this.isFree(before)) this.places.delete(ownKey(key));
    try {
      for (const { place, more } of this.candidates(ownKey(key))) {
        const draft = readDraft(more.draft);
        const base = readDraft(more.base);
        if (!draft || !base) continue;
        this.settle(ownKey(key), place);
        this.hold(place);
        const done = Array.isArray(more.done) ? (more.done as Step<O>[]) : [];
        return { kept: { base, draft, done, at: more.at }, more };
      }
    } catch {
      // Without storage there is nothing to come back.
    }
    return undefined;
  }

  /** Tells this page's draft of a thing from those of others, also before anything of it is kept. */
  nameOf(key: string): string {
    return this.placeOf(key).slice(ownKey(key).length);
  }

  /** The thing is being edited on this page. */
  claim(key: string): void {
    const place = this.places.get(ownKey(key));
    if (place !== undefined) this.hold(place);
  }

  /** Whether a page is at work on what is kept by this name, or will be again: what is kept along with it stays. */
  isInUse(key: string, name: string): boolean {
    const place = `${ownKey(key)}${name}`;
    try {
      if (this.taken.has(place) || this.holding.has(place)) return true;
      return this.places.get(ownKey(key)) === place || this.world.shared().getItem(place) !== null;
    } catch {
      return true;
    }
  }

  /** It is not any more: whoever opens it next takes up what is kept. */
  release(key: string): void {
    const place = this.places.get(ownKey(key));
    if (place !== undefined) this.letGo(place);
  }

  private placeOf(key: string): string {
    const own = ownKey(key);
    const known = this.places.get(own);
    if (known !== undefined) return known;
    const before = this.placeBefore(own);
    return this.settle(own, before !== undefined && this.isFree(before) ? before : freshPlace(own));
  }

  /** Where this page kept it before it was loaded anew; a copy of its tab says the same. */
  private placeBefore(own: string): string | undefined {
    try {
      return this.world.own().getItem(own) ?? undefined;
    } catch {
      return undefined;
    }
  }

  private settle(own: string, place: string): string {
    this.places.set(own, place);
    try {
      this.world.own().setItem(own, place);
    } catch {
      // After a reload it is one of those that were left behind.
    }
    return place;
  }

  /** This page's own before others, of which the newest comes first. */
  private candidates(own: string): { place: string; more: JsonRecord & { at: string } }[] {
    const mine = [this.places.get(own), this.placeBefore(own)];
    const rank = (place: string) => (mine.includes(place) ? 1 : 0);
    return this.kept()
      .filter(({ place }) => place === own || place.startsWith(`${own}#`))
      .filter(({ place }) => this.isFree(place))
      .sort((one, other) => rank(other.place) - rank(one.place) || (one.more.at < other.more.at ? 1 : -1));
  }

  private kept(): { place: string; more: JsonRecord & { at: string } }[] {
    const storage = this.world.shared();
    const places = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    return places.flatMap((place) => {
      const more = place.includes("@") ? parsed(storage.getItem(place)) : undefined;
      return isRecord(more) && typeof more.at === "string" && "draft" in more
        ? [{ place, more: { ...more, at: more.at } }]
        : [];
    });
  }

  private write(place: string, text: string): boolean {
    try {
      this.world.shared().setItem(place, text);
      return true;
    } catch {
      // The browser has no room, or keeps nothing at all.
      return false;
    }
  }

  /** Says whether there is more room now. */
  private dropOld(): boolean {
    try {
      const isOld = ({ place, more }: { place: string; more: { at: string } }) =>
        Date.parse(more.at) < Date.now() - OLD_MS && !this.taken.has(place) && !this.holding.has(place);
      const old = this.kept().filter(isOld);
      for (const { place } of old) this.world.shared().removeItem(place);
      return old.length > 0;
    } catch {
      return false;
    }
  }

  private isFree(place: string): boolean {
    return this.holding.has(place) || !this.taken.has(place);
  }

  private hold(place: string): void {
    if (this.holding.has(place)) return;
    const letGo = this.world.hold(place, () => this.giveWay(place, letGo));
    this.holding.set(place, letGo);
  }

  /** Another page was faster: what this one edits it keeps at a place of its own from here on. */
  private giveWay(place: string, letGo: () => void): void {
    if (this.holding.get(place) !== letGo) return;
    this.holding.delete(place);
    this.taken = new Set([...this.taken, place]);
    for (const [own, at] of this.places) if (at === place) this.hold(this.settle(own, freshPlace(own)));
  }

  private letGo(place: string): void {
    this.holding.get(place)?.();
    this.holding.delete(place);
  }
}

function freshPlace(own: string): string {
  return `${own}#${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}

const BROWSER: DraftWorld = {
  shared: () => localStorage,
  own: () => sessionStorage,
  held: () => ownPlaces().held(),
  hold: (place, onRefused) => ownPlaces().hold(place, onRefused),
};

/** The drafts of this page. */
export const drafts = new DraftKeeper(BROWSER);
