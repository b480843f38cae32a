// Who is logged in, for the whole page: the access token lives in memory only, and is renewed before it runs out.
import { isRecord } from "@/lib/json";
import { ApiFailure } from "./failure";

export interface Tokens {
  access_token: string;
  /** For how many seconds it is good. */
  expires_in: number;
  /** Sent only where the browser could not be told to keep it in a cookie; then it lasts as long as the page. */
  refresh_token?: string;
}

/** `expired` is an end that nobody wished for: the page stays as it is and asks to log in again. */
export type SessionState = "unknown" | "in" | "expired" | "out";

/** What the tabs of a browser tell each other. */
export type Word =
  | { kind: "begun" | "renewed"; person: string; token: string; expiresAt: number }
  /** Whose session it was; a tab that does not say so means everybody's. */
  | { kind: "ended"; person?: string };

/** What a session needs of its surroundings; a browser in production, a fake in tests. */
export interface World {
  /** Exchanges the refresh token, which is the browser's cookie unless one is given. */
  exchange: (refreshToken: string | undefined) => Promise<Response>;
  /** One tab at a time: two that exchange the same refresh token would look like a thief. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  tell: (word: Word) => void;
  now: () => number;
  wait: (ms: number) => Promise<void>;
  random: () => number;
}

/** Renewed this long before it runs out, and a little earlier in some tabs, so that one does it for all. */
const EARLY_MS = 60_000;
const SPREAD_MS = 10_000;
const MOST_EXCHANGES = 6;

export class Session {
  private current: { token: string; expiresAt: number } | undefined;
  private known: SessionState = "unknown";
  private refreshToken: string | undefined;
  private person: string | undefined;
  private isFresh = false;
  /** Rises whenever somebody logs in or out: what an exchange that began before then answers, is of no account. */
  private era = 0;
  private renewing: Promise<boolean> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly world: World) {}

  get state(): SessionState {
    return this.known;
  }

  /** Whether somebody was shown things of theirs here: a page that was somebody's is for nobody else. */
  get wasSomebodys(): boolean {
    return this.person !== undefined;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Whether somebody is logged in; the first call finds it out. */
  async start(): Promise<boolean> {
    if (this.known === "unknown") await this.renew(undefined);
    return this.known === "in" || this.known === "expired";
  }

  /** Somebody has just logged in here. */
  begin(tokens: Tokens): void {
    this.isFresh = true;
    this.turnOver();
    this.take(tokens);
  }

  /** Says whose session it is. Tabs of the same person go on with it; those of somebody else must not. */
  introduce(person: string): void {
    this.person = person;
    if (this.current && this.isOfOther(personOf(this.current.token))) {
      // Somebody else has logged in between the question and this answer.
      this.leave("out");
      return;
    }
    if (this.isFresh) this.tell("begun");
    this.isFresh = false;
  }

  /** Logged out on purpose, which holds for all tabs. */
  end(): void {
    this.leave("out");
    this.world.tell({ kind: "ended", ...(this.person !== undefined && { person: this.person }) });
  }

  /** The token to send now; none when nobody is logged in. Waits while the page asks to log in again. */
  async bearer(signal?: AbortSignal): Promise<string | undefined> {
    if (this.known === "unknown") await this.start();
    if (this.known === "expired") await this.resumed(signal);
    const { current } = this;
    if (current && current.expiresAt <= this.world.now()) await this.renewOrWait(current.token, signal);
    return this.current?.token;
  }

  /** After a request was refused with this token: whether there is another one to repeat it with. */
  async renewOrWait(refused: string, signal?: AbortSignal): Promise<boolean> {
    if (await this.renew(refused)) return true;
    return this.known === "expired" && (await this.resumed(signal));
  }

  /** Gets a token other than this one. Many callers share one exchange. */
  renew(old: string | undefined): Promise<boolean> {
    if (this.hasOtherThan(old)) return Promise.resolve(true);
    if (this.renewing) return this.renewing;
    const renewing = this.exchange(old).finally(() => {
      if (this.renewing === renewing) this.renewing = undefined;
    });
    this.renewing = renewing;
    return renewing;
  }

  /** Another tab has said something. */
  hear(word: Word): void {
    if (word.kind === "ended") {
      // It may be late, and of whoever was logged in before.
      if (this.known !== "unknown" && !this.isOfOther(word.person)) this.leave("out");
      return;
    }
    if (this.isOfOther(word.person)) {
      // What is on this page is not for whoever has logged in over there.
      this.leave("out");
      return;
    }
    if (word.kind === "renewed" && this.known !== "in") return;
    if (word.kind === "begun") this.turnOver();
    this.current = { token: word.token, expiresAt: word.expiresAt };
    this.enter();
  }

  private hasOtherThan(old: string | undefined): boolean {
    return this.current !== undefined && this.current.token !== old;
  }

  private isOfOther(person: string | undefined): boolean {
    return this.person !== undefined && person !== undefined && this.person !== person;
  }

  private async exchange(old: string | undefined): Promise<boolean> {
    const { era } = this;
    for (let attempt = 1; ; attempt += 1) {
      const failure = await this.world.exclusively(() => this.exchangeOnce(old, era));
      if (!failure) return this.known === "in";
      const isRace = failure.status === 409;
      if (!isRace || attempt === MOST_EXCHANGES) throw failure;
      // Somebody else's exchange is under way: its cookie, or its word, will be here in a moment.
      await this.world.wait(150 * 2 ** (attempt - 1) * (0.5 + this.world.random()));
    }
  }

  /** A failure that says nothing about whether the session lives, if there is one. */
  private async exchangeOnce(old: string | undefined, era: number): Promise<ApiFailure | undefined> {
    if (this.era !== era || this.hasOtherThan(old)) return undefined;
    const reply = await this.world.exchange(this.refreshToken);
    const body: unknown = await reply.json().catch(() => undefined);
    if (this.era !== era) return undefined;
    // Another tab was faster, and has told what it got.
    if (!reply.ok && this.hasOtherThan(old)) return undefined;
    if (reply.status === 401) {
      this.leave(this.person === undefined ? "out" : "expired");
      return undefined;
    }
    if (!reply.ok || !isTokens(body)) return ApiFailure.fromReply(reply.status, body);
    // Another service may have just sent this browser back: tabs that ask to log in again go on with what it got.
    if (this.person === undefined) this.isFresh = true;
    this.take(body);
    if (this.person !== undefined) this.tell("renewed");
    return undefined;
  }

  private take(tokens: Tokens): void {
    if (this.isOfOther(personOf(tokens.access_token))) {
      // The cookie is the whole browser's: in another tab somebody else has logged in.
      this.leave("out");
      return;
    }
    this.refreshToken = tokens.refresh_token;
    this.current = {
      token: tokens.access_token,
      expiresAt: this.world.now() + tokens.expires_in * 1_000,
    };
    this.enter();
  }

  private tell(kind: "begun" | "renewed"): void {
    if (this.current && this.person !== undefined)
      this.world.tell({ kind, person: this.person, ...this.current });
  }

  private enter(): void {
    this.known = "in";
    this.renewLater();
    this.notify();
  }

  private leave(state: "expired" | "out"): void {
    this.turnOver();
    this.isFresh = false;
    this.current = undefined;
    this.refreshToken = undefined;
    clearTimeout(this.timer);
    this.known = state;
    this.notify();
  }

  private turnOver(): void {
    this.era += 1;
    this.renewing = undefined;
  }

  private renewLater(): void {
    clearTimeout(this.timer);
    if (!this.current) return;
    const { token, expiresAt } = this.current;
    const left = expiresAt - this.world.now();
    const early = Math.min(EARLY_MS + this.world.random() * SPREAD_MS, left / 2);
    this.timer = setTimeout(() => {
      // A server that is away for a while is no end: the next request tries again.
      this.renew(token).catch(() => undefined);
    }, left - early);
  }

  /** Resolves once somebody has logged in again, or has given up. */
  private resumed(signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        if (this.known === "expired") return;
        stop();
        resolve(this.known === "in");
      };
      const abort = () => {
        stop();
        reject(signal?.reason);
      };
      const unsubscribe = this.subscribe(settle);
      const stop = () => {
        unsubscribe();
        signal?.removeEventListener("abort", abort);
      };
      if (signal?.aborted) abort();
      else signal?.addEventListener("abort", abort);
      settle();
    });
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function isTokens(body: unknown): body is Tokens {
  return isRecord(body) && typeof body.access_token === "string" && typeof body.expires_in === "number";
}

/** Whose token it is, as far as it says so. */
function personOf(token: string): string | undefined {
  try {
    const claims = token.split(".")[1] ?? "";
    const read: unknown = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return isRecord(read) && typeof read.sub === "string" ? read.sub : undefined;
  } catch {
    return undefined;
  }
}
