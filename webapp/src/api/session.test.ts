// The session without a browser: one exchange for many requests, tabs that take turns, and ends of both kinds.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Session, type Word, type World } from "./session";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A browser with a cookie that each exchange replaces, as the server does it, and any number of tabs. */
class Browser {
  cookie: string | undefined = "r0";
  exchanges = 0;
  /** What the server answers in place of the next tokens. */
  next: Response[] = [];
  private valid = "r0";
  private turn: Promise<unknown> = Promise.resolve();
  private readonly tabs: Session[] = [];

  tab(changes: Partial<World> = {}): Session {
    const tab: Session = new Session({
      exchange: () => this.exchange(),
      exclusively: (work) => {
        const result = this.turn.then(work);
        this.turn = result.catch(() => undefined);
        return result;
      },
      tell: (word: Word) => {
        for (const other of this.tabs) if (other !== tab) other.hear(word);
      },
      now: () => Date.now(),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      random: () => 0.5,
      ...changes,
    });
    this.tabs.push(tab);
    return tab;
  }

  private async exchange(): Promise<Response> {
    this.exchanges += 1;
    const sent = this.cookie;
    await Promise.resolve();
    const other = this.next.shift();
    if (other) return other;
    if (sent === undefined || sent !== this.valid) return refusal(401, "unauthorized");
    this.valid = `r${this.exchanges}`;
    this.cookie = this.valid;
    return Response.json({ access_token: `a${this.exchanges}`, expires_in: 600 });
  }
}

function refusal(status: number, code: string): Response {
  return Response.json({ error: { code, message: code, details: [] } }, { status });
}

/** A token as the server makes them: it says whose it is. */
function tokenOf(person: string): string {
  return `header.${btoa(JSON.stringify({ sub: person })).replaceAll("=", "")}.signature`;
}

function tokens(token: string): Response {
  return Response.json({ access_token: token, expires_in: 600 });
}

/** An exchange that is answered when it is told to. */
function held() {
  const asked: ((reply: Response) => void)[] = [];
  const exchange = () => new Promise<Response>((resolve) => asked.push(resolve));
  const isAsked = (times: number) => vi.waitFor(() => expect(asked).toHaveLength(times));
  return { exchange, isAsked, answer: (reply: Response) => asked.at(-1)?.(reply) };
}

describe("one tab", () => {
  it("finds out at its start whether somebody is logged in", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    expect(await tab.start()).toBe(true);
    expect(await tab.bearer()).toBe("a1");
    browser.cookie = undefined;
    const other = browser.tab();
    expect(await other.start()).toBe(false);
    expect(other.state).toBe("out");
    expect(await other.bearer()).toBeUndefined();
  });

  it("exchanges once for all requests that were refused", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await tab.start();
    expect(await Promise.all([1, 2, 3].map(() => tab.renewOrWait("a1")))).toEqual([true, true, true]);
    expect(await tab.renewOrWait("a1")).toBe(true);
    expect(browser.exchanges).toBe(2);
    expect(await tab.bearer()).toBe("a2");
  });

  it("renews by itself before the token runs out, and at once after a long sleep", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await tab.start();
    await vi.advanceTimersByTimeAsync(540_000);
    expect(await tab.bearer()).toBe("a2");
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await tab.bearer()).toBe("a3");
  });

  it("waits and tries again when another request has just exchanged the token", async () => {
    const browser = new Browser();
    browser.next = [refusal(409, "conflict"), refusal(409, "conflict")];
    const tab = browser.tab();
    const started = tab.start();
    await vi.runOnlyPendingTimersAsync();
    await vi.runOnlyPendingTimersAsync();
    expect(await started).toBe(true);
    expect(browser.exchanges).toBe(3);
  });

  it("takes a server that does not answer for no end", async () => {
    const browser = new Browser();
    browser.next = [refusal(503, "unavailable")];
    const tab = browser.tab();
    await expect(tab.start()).rejects.toMatchObject({ code: "unavailable" });
    expect(await tab.start()).toBe(true);
  });

  it("asks to log in again when it expires in the middle of work, and lets requests go on after that", async () => {
    const browser = new Browser();
    const tab = browser.tab();
    await tab.start();
    tab.introduce("ada");
    browser.cookie = undefined;
    const waiting = tab.renewOrWait("a1");
    const later = new AbortController();
    await vi.waitFor(() => expect(tab.state).toBe("expired"));
    const givenUp = tab.bearer(later.signal);
    later.abort(new Error("left the page"));
    await expect(givenUp).rejects.toThrow("left the page");
    tab.begin({ access_token: "b1", expires_in: 600 });
    expect(await waiting).toBe(true);
    expect(await tab.bearer()).toBe("b1");
  });
});

describe("two tabs", () => {
  it("never exchange the same token, and share what one of them got", async () => {
    const browser = new Browser();
    const [one, two] = [browser.tab(), browser.tab()];
    expect(await Promise.all([one.start(), two.start()])).toEqual([true, true]);
    one.introduce("ada");
    two.introduce("ada");
    expect(browser.exchanges).toBe(2);
    await Promise.all([one.renew("a1"), two.renew("a2")]);
    expect(browser.exchanges).toBe(3);
    expect(await one.bearer()).toBe("a3");
    expect(await two.bearer()).toBe("a3");
  });

  it("log out together, and go on together after a login", async () => {
    const browser = new Browser();
    const [one, two] = [browser.tab(), browser.tab()];
    await Promise.all([one.start(), two.start()]);
    one.introduce("ada");
    two.introduce("ada");
    one.end();
    expect(two.state).toBe("out");
    one.begin({ access_token: "b1", expires_in: 600 });
    one.introduce("ada");
    expect(two.state).toBe("in");
    expect(await two.bearer()).toBe("b1");
  });

  it("keep what is on a page from somebody else who logs in", async () => {
    const browser = new Browser();
    const [one, two] = [browser.tab(), browser.tab()];
    await Promise.all([one.start(), two.start()]);
    two.introduce("ada");
    one.begin({ access_token: "b1", expires_in: 600 });
    one.introduce("grace");
    expect(two.state).toBe("out");
    expect(await two.bearer()).toBeUndefined();
  });
});

describe("an answer that comes late", () => {
  /** Ada's tab, of which an exchange is under way; and another one of the same browser. */
  async function renewing() {
    const late = held();
    const browser = new Browser();
    const tab = browser.tab({ exchange: late.exchange });
    const other = browser.tab();
    tab.begin({ access_token: "a1", expires_in: 600 });
    tab.introduce("ada");
    const renewed = tab.renewOrWait("a1");
    await late.isAsked(1);
    return { ...late, tab, other, renewed };
  }

  it("does not undo a login made here meanwhile", async () => {
    const { tab, renewed, answer } = await renewing();
    tab.begin({ access_token: "b1", expires_in: 600 });
    answer(refusal(401, "unauthorized"));
    expect(await renewed).toBe(true);
    expect(tab.state).toBe("in");
    expect(await tab.bearer()).toBe("b1");
  });

  it("does not undo a login that another tab has told of, or what that one has renewed", async () => {
    for (const kind of ["begun", "renewed"] as const) {
      const { tab, renewed, answer } = await renewing();
      tab.hear({ kind, person: "ada", token: "b1", expiresAt: Date.now() + 600_000 });
      answer(refusal(401, "unauthorized"));
      expect(await renewed).toBe(true);
      expect(tab.state).toBe("in");
      expect(await tab.bearer()).toBe("b1");
    }
  });

  it("does not undo a logout, and does not ask to log in again after one", async () => {
    for (const reply of [tokens("a2"), refusal(401, "unauthorized"), refusal(409, "conflict")]) {
      const { tab, renewed, answer } = await renewing();
      tab.end();
      answer(reply);
      expect(await renewed).toBe(false);
      expect(tab.state).toBe("out");
      expect(await tab.bearer()).toBeUndefined();
    }
  });

  it("is not what is waited for with a token of after it was asked for", async () => {
    const { tab, renewed, answer, isAsked } = await renewing();
    tab.begin({ access_token: "b1", expires_in: 600 });
    const next = tab.renewOrWait("b1");
    answer(refusal(401, "unauthorized"));
    await renewed;
    await isAsked(2);
    answer(tokens("b2"));
    expect(await next).toBe(true);
    expect(await tab.bearer()).toBe("b2");
  });

  it("ends no session of somebody else", async () => {
    const browser = new Browser();
    const [one, two] = [browser.tab(), browser.tab()];
    two.begin({ access_token: "b1", expires_in: 600 });
    two.introduce("grace");
    one.introduce("ada");
    one.end();
    expect(two.state).toBe("in");
    two.hear({ kind: "ended" });
    expect(two.state).toBe("out");
  });
});

describe("a page that is somebody's", () => {
  it("takes no token of who has logged in in another tab: not the cookie's, nor a login's", async () => {
    for (const get of [
      (tab: Session) => tab.renewOrWait(tokenOf("ada")),
      (tab: Session) => tab.begin({ access_token: tokenOf("grace"), expires_in: 600 }),
    ]) {
      const told: Word[] = [];
      const tab = new Browser().tab({
        exchange: async () => tokens(tokenOf("grace")),
        tell: (word) => told.push(word),
      });
      tab.begin({ access_token: tokenOf("ada"), expires_in: 600 });
      tab.introduce("ada");
      expect(tab.state).toBe("in");
      told.length = 0;
      expect(await get(tab)).toBeFalsy();
      expect(tab.state).toBe("out");
      expect(await tab.bearer()).toBeUndefined();
      expect(told).toEqual([]);
    }
  });

  it("is not theirs whose token came while it was asked whose it is", async () => {
    const browser = new Browser();
    const told: Word[] = [];
    const tab = browser.tab({ tell: (word) => told.push(word) });
    tab.begin({ access_token: tokenOf("ada"), expires_in: 600 });
    tab.hear({ kind: "begun", person: "grace", token: tokenOf("grace"), expiresAt: Date.now() + 600_000 });
    tab.introduce("ada");
    expect(tab.state).toBe("out");
    expect(told).toEqual([]);
  });
});
