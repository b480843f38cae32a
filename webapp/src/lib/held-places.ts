// Which drafts belong to pages that are open: a page holds where it keeps its own, and what nobody holds was left behind.

export interface Places {
  /** The places that pages hold that are open now. */
  held: () => Promise<ReadonlySet<string>>;
  /** Until it is let go, or the page is gone in whatever way. Where another page has it, that is told, never at once. */
  hold: (place: string, onRefused: () => void) => () => void;
}

export function byLocks(locks: Pick<LockManager, "query" | "request">): Places {
  const going = new Map<string, Promise<void>>();
  return {
    held: async () => {
      const { held = [] } = await locks.query();
      return new Set(held.flatMap(({ name }) => name ?? []));
    },
    hold: (place, onRefused) => {
      let letGo: () => void = () => undefined;
      const until = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      const ask = () => locks.request(place, { ifAvailable: true }, (lock) => (lock ? until : onRefused()));
      // What this page itself has just let go is not free at once.
      const before = going.get(place) ?? Promise.resolve();
      const nothing = () => undefined;
      const gone = before.then(ask).then(nothing, nothing);
      going.set(place, gone);
      return letGo;
    },
  };
}

/** What pages say to each other. */
interface Word {
  /** Who asks what all hold; and whom it is for that is said to be held. */
  asks?: string;
  to?: string;
  held?: readonly string[];
}

/** As much as is used of a channel to all other pages of this origin. */
export interface Channel {
  postMessage: (word: Word) => void;
  onmessage: ((event: MessageEvent<Word>) => void) | null;
}

/** Who does not answer so soon is gone. */
const ANSWERS_WITHIN_MS = 200;

/** Where the connection is not secure browsers have no locks: there pages are asked. Of two that hold at once, none has it. */
export function byAsking(channel: Channel): Places {
  const own = new Set<string>();
  const asked = new Map<string, Set<string>>();
  channel.onmessage = ({ data }) => {
    if (data.asks !== undefined) channel.postMessage({ to: data.asks, held: [...own] });
    for (const place of data.held ?? []) asked.get(data.to ?? "")?.add(place);
  };
  const held = async () => {
    const asks = crypto.getRandomValues(new Uint32Array(2)).join("-");
    const answers = new Set<string>();
    asked.set(asks, answers);
    channel.postMessage({ asks });
    await new Promise((resolve) => setTimeout(resolve, ANSWERS_WITHIN_MS));
    asked.delete(asks);
    return answers;
  };
  return {
    held,
    hold: (place, onRefused) => {
      own.add(place);
      void held().then((others) => {
        if (!others.has(place) || !own.has(place)) return;
        own.delete(place);
        onRefused();
      });
      return () => void own.delete(place);
    },
  };
}

/** Without either, all that is kept counts as left behind. */
const NONE: Places = { held: async () => new Set(), hold: () => () => undefined };

let places: Places | undefined;

/** Those of this browser; once they are asked for, since a page that edits nothing answers nobody. */
export function ownPlaces(): Places {
  places ??= navigator.locks
    ? byLocks(navigator.locks)
    : typeof BroadcastChannel === "undefined"
      ? NONE
      : byAsking(new BroadcastChannel("lathe.drafts"));
  return places;
}
