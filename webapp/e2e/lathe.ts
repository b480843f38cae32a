// What every browser test needs: the server under test, workflows made for the test, and a watched browser page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  type Response as Answer,
  type Browser,
  type BrowserContext,
  type Cookie,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "playwright-core";
import { expect, onTestFailed } from "vitest";

export type Json = Record<string, unknown>;

/** The tests drive a real server and never start one themselves. */
export function latheUrl(): string {
  const url = process.env.LATHE_URL;
  if (!url) {
    throw new Error(
      "LATHE_URL is not set. Start a server (`lathe serve`), then run LATHE_URL=http://127.0.0.1:4000 npm run test:e2e.",
    );
  }
  return url.replace(/\/$/, "");
}

export interface Account {
  email: string;
  password: string;
}

/** The account of all tests that need just anybody. On a new server it is the first one. */
export const ACCOUNT: Account = { email: "e2e@example.org", password: "correct horse battery staple" };

/** Pages can't make their requests look otherwise, and programs can look like a page: they get a cookie then. */
const AS_A_PAGE = { "sec-fetch-site": "same-origin" };

let bearer: Promise<string> | undefined;

export async function request(method: string, path: string, body?: unknown): Promise<Json> {
  bearer ??= logIn();
  const used = bearer;
  const reply = await send(method, path, body, await used);
  if (reply.status === 401) {
    // Whoever comes first asks for another one.
    if (bearer === used) bearer = logIn();
    return read(method, path, await send(method, path, body, await bearer));
  }
  return read(method, path, reply);
}

/** Sends a request with this token, or in nobody's name. */
export function send(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  return fetch(latheUrl() + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

async function read(method: string, path: string, reply: Response): Promise<Json> {
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Json);
}

async function logIn(): Promise<string> {
  await ensureAccount();
  const path = "/api/auth/login";
  const session = await read("POST", path, await patiently(() => send("POST", path, ACCOUNT)));
  return String(session.access_token);
}

/** Any test may be the first on a new server; whoever comes second finds it made. */
async function ensureAccount(): Promise<void> {
  const methods = await read("GET", "/api/auth/methods", await send("GET", "/api/auth/methods"));
  if (!methods.first) return;
  const reply = await patiently(() => send("POST", "/api/auth/register", ACCOUNT));
  if (![201, 403, 409].includes(reply.status)) await read("POST", "/api/auth/register", reply);
}

interface Refusable {
  status: number | (() => number);
  headers: Headers | (() => Record<string, string>);
}

/** Waits as long as the server says when there were too many attempts. */
async function patiently<T extends Refusable>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    const reply = await attempt();
    const status = typeof reply.status === "function" ? reply.status() : reply.status;
    if (status !== 429) return reply;
    const headers = typeof reply.headers === "function" ? new Headers(reply.headers()) : reply.headers;
    await new Promise((resolve) => setTimeout(resolve, Number(headers.get("retry-after") ?? 1) * 1_000));
  }
}

let lastStamp = 0;

/** A name that no earlier run of the tests has left behind, and that no test takes beside this one at the same moment. */
export function freshName(stem: string): string {
  lastStamp = Math.max(Date.now(), lastStamp + 1);
  return `${stem}_${lastStamp.toString(36)}${process.env.VITEST_POOL_ID ?? ""}`;
}

export async function createWorkflow(document: Json): Promise<string> {
  const workflow = await request("POST", "/api/workflows", { document });
  return String(workflow.id);
}

export async function execute(workflowId: string, inputs: Json = {}): Promise<string> {
  const execution = await request("POST", `/api/workflows/${workflowId}/execute`, { inputs });
  return String(execution.id);
}

let shared: Promise<Browser> | undefined;

/** One browser for all files that a worker tries: to start one takes longer than many a test. It ends with the worker. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= launchBrowser();
  return shared;
}

async function launchBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  // The next test gets another one.
  browser.on("disconnected", () => {
    shared = undefined;
  });
  return browser;
}

/** What a file has left open. */
export async function closePages(): Promise<void> {
  const browser = await shared;
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
}

/** What a page has asked for and has no answer to, and how often it asked. */
interface Traffic {
  open: Set<Request>;
  asked: number;
  answered: (() => void)[];
}

const traffic = new WeakMap<Page, Traffic>();

export function watchTraffic(page: Page): void {
  const seen: Traffic = { open: new Set(), asked: 0, answered: [] };
  traffic.set(page, seen);
  page.on("request", (request) => {
    // Of what a page asks that is being left, not every end is told: what outlives it would be waited for without end.
    if (request.isNavigationRequest()) seen.open.clear();
    seen.open.add(request);
    seen.asked += 1;
  });
  const ended = (request: Request) => {
    seen.open.delete(request);
    if (seen.open.size === 0) for (const tell of seen.answered.splice(0)) tell();
  };
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
}

/**
 * Until all answers are here and drawn, and what was drawn asks for nothing more. Half a second of silence, which Playwright
 * calls idle, is only needed where something is asked for after a while of its own.
 */
export async function settled(page: Page): Promise<void> {
  const seen = traffic.get(page);
  if (!seen) throw new Error("nobody watches what this page asks for");
  for (let before = -1; before !== seen.asked || seen.open.size > 0; ) {
    if (seen.open.size > 0) await new Promise<void>((resolve) => seen.answered.push(resolve));
    before = seen.asked;
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          // Twice: in the first frame React may have begun with something.
          requestAnimationFrame(() => requestIdleCallback(() => requestAnimationFrame(() => resolve())));
        }),
    );
  }
}

/**
 * What the server answers to the next request like this, to be asked for before what sends it: a screen may show the choice
 * sooner, or as it was before, and a page that is left takes along what has no answer yet.
 */
export function answerTo(page: Page, method: string, path: RegExp): Promise<Answer> {
  return page.waitForResponse(
    (reply) => reply.request().method() === method && path.test(new URL(reply.url()).pathname),
  );
}

export interface Watched {
  page: Page;
  /** Mistakes in scripts and broken rules of the content security policy, as the browser reports them. */
  mistakes: string[];
  close: () => Promise<void>;
}

interface PageOptions {
  theme?: "light" | "dark";
  width?: number;
  /** Whether fingers can touch the screen. */
  touch?: boolean;
  /** What the browser asks for; English unless told otherwise. */
  locale?: string;
  /** Who is logged in; nobody, or the account of the tests unless told otherwise. */
  as?: Account | "nobody";
}

/** The cookies of a page that was closed: the next one goes on with its session, as a browser does that restarts. */
let jar: Cookie[] = [];

export async function openPage(options: PageOptions = {}): Promise<Watched> {
  const browser = await sharedBrowser();
  const context = await browser.newContext({
    baseURL: latheUrl(),
    locale: options.locale ?? "en-US",
    colorScheme: options.theme ?? "light",
    viewport: { width: options.width ?? 1360, height: 850 },
    hasTouch: options.touch ?? false,
    reducedMotion: "reduce",
  });
  const mistakes: string[] = [];
  // Every page of the context is watched, so that a tab which a link opens is, too.
  context.on("page", (page) => {
    watchTraffic(page);
    page.on("pageerror", (error) => mistakes.push(error.message));
    page.on("console", (message) => {
      const isReply = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isReply) mistakes.push(message.text());
    });
  });
  const { as = ACCOUNT } = options;
  if (as !== "nobody") await enter(context, as);
  const page = await context.newPage();
  tellOnFailure(page, mistakes);
  const close = async () => {
    if (as === ACCOUNT) jar = await context.cookies();
    await context.close();
  };
  return { page, mistakes, close };
}

/** So much of a page is read where only the output of a test is at hand. */
const MOST_TOLD = 6_000;

/** What was on a page as its test failed: a race that was lost elsewhere can be told from that alone. */
function tellOnFailure(page: Page, mistakes: readonly string[]): void {
  const tell = async () => {
    if (page.isClosed()) return;
    const shown = await page.locator("#content, body").last().ariaSnapshot({ timeout: 5_000 });
    const open = [...(traffic.get(page)?.open ?? [])].map((each) => `${each.method()} ${each.url()}`);
    const told = [`At ${page.url()}:`, shown.slice(0, MOST_TOLD), ...open, ...mistakes];
    process.stderr.write(`${told.join("\n")}\n`);
  };
  try {
    onTestFailed(tell);
  } catch {
    // A page that many tests share is opened before any of them.
  }
}

/** Logs a browser in. Logins are limited, so the account of the tests goes on with its session where it can. */
async function enter(context: BrowserContext, as: Account): Promise<void> {
  if (as === ACCOUNT) {
    const kept = jar;
    jar = [];
    await context.addCookies(kept);
    const carriedOn = await context.request.post("/api/auth/refresh", { headers: AS_A_PAGE });
    if (carriedOn.ok()) return;
    await ensureAccount();
  }
  const reply = await patiently(() =>
    context.request.post("/api/auth/login", { headers: AS_A_PAGE, data: { ...as } }),
  );
  if (!reply.ok()) throw new Error(`${as.email} could not log in: ${await reply.text()}`);
}

/** Where something is, once it lies still and takes the mouse: a canvas is drawn before its view is moved. */
export async function placeOf(what: Locator) {
  await what.hover();
  const place = await what.boundingBox();
  if (!place) throw new Error("what the mouse is over has no place on screen");
  return place;
}

interface Way {
  /** More presses than this are too many for anybody. */
  most?: number;
  /** What is pressed: `Shift+Tab` goes back, F6 from part to part of a designer. */
  key?: string;
}

/** Goes on by key until it has the keyboard, as somebody without a mouse does. */
export async function tabTo(page: Page, wanted: Locator, { most = 15, key = "Tab" }: Way = {}) {
  await wanted.first().waitFor();
  const passed: string[] = [];
  while (!(await wanted.evaluateAll((all) => all.some((each) => each === document.activeElement)))) {
    if (passed.length === most) {
      throw new Error(`${key} did not come to ${wanted} in ${most} presses, but to ${passed.join(", ")}`);
    }
    await page.keyboard.press(key);
    passed.push(await page.evaluate(whatHasFocus));
  }
}

/** Runs in the page. */
function whatHasFocus(): string {
  const at = document.activeElement;
  if (!at || at === document.body) return "nothing";
  const name = at.getAttribute("aria-label") ?? at.getAttribute("data-id") ?? at.textContent ?? "";
  return `${at.tagName.toLowerCase()} "${name.trim().slice(0, 40)}"`;
}

interface StepData {
  input: RegExp;
  output: RegExp;
  /** What some line of the log says; none is expected without it. */
  logs?: RegExp;
}

/** Clicks a node of a run that has ended, and reads all three of its tabs. */
export async function expectStep(page: Page, node: string, { input, output, logs }: StepData): Promise<void> {
  await page.locator(`[data-node="${node}"]`).click();
  const panel = page.getByRole("complementary", { name: "Step" });
  for (const [name, words] of [
    ["Input", input],
    ["Output", output],
    ["Logs", logs ?? /Nothing was logged/],
  ] as const) {
    await panel.getByRole("tab", { name }).click();
    await panel.getByRole("tabpanel", { name }).getByText(words).first().waitFor();
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Everything that is right is much more to gather and to send than what is not; and no page has sound or films to fetch. */
const FAULTS = `axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  resultTypes: ["violations"],
  preload: false,
}).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" | ")))`;

/** Fails on everything that the accessibility rules of WCAG 2.1 AA forbid. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is only pale because something else is on its way is no fault.
  await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
  if (!(await page.evaluate(`"axe" in window`))) await page.evaluate(AXE);
  const found = await page.evaluate(FAULTS);
  expect(found, `accessibility of ${page.url()}`).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const surplus = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  // What follows the width of the window by a script is drawn a moment after it.
  await expect
    .poll(surplus, { message: `sideways scroll of ${page.url()}`, timeout: 5_000 })
    .toBeLessThanOrEqual(0);
}

/** Invites an address to the workspace of the tests; the link makes an account, also where others can't. */
export async function invite(email: string, role: string): Promise<string> {
  const { home } = await request("GET", "/api/auth/profile");
  const invited = await request("POST", `/api/workspaces/${home}/invitations`, { email, role });
  // The server's own name for itself may be another than the one it is tested under.
  const { pathname, search, hash } = new URL(String(invited.link));
  return pathname + search + hash;
}

/** An account of its own for a test that changes one. It belongs to the workspace of the tests, too, with this role. */
export async function createAccount(name: string, role: string): Promise<Account> {
  const account = { email: `${freshName(name)}@example.org`, password: "seven turtles on a tall ladder" };
  const invitation = (await invite(account.email, role)).split("#")[1];
  const path = "/api/auth/register";
  await read("POST", path, await patiently(() => send("POST", path, { ...account, name, invitation })));
  return account;
}

/** Gives somebody another role in the list of members, and waits until they have it. */
export async function giveRole(page: Page, { email }: Account, role: string): Promise<void> {
  const member = page.getByRole("listitem").filter({ hasText: email });
  const [given] = await Promise.all([
    answerTo(page, "PUT", /^\/api\/workspaces\/[^/]+\/members\/[^/]+$/),
    member.getByRole("combobox").selectOption(role),
  ]);
  expect(given.ok()).toBe(true);
}

/** An account with nothing but a workspace of its own. Registering is limited; the operator makes as many as there have to be. */
export async function createPerson(name: string): Promise<Account> {
  const account = { email: `${freshName(name)}@example.org`, password: "seven turtles on a tall ladder" };
  await request("POST", "/api/users", { ...account, name });
  return account;
}

/** Answers the question that comes before what can't be taken back; `what` is on its button, too. */
export async function beSure(page: Page, what: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: what, exact: true }).click();
}
