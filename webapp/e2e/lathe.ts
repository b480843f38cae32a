// What every browser test needs: the server under test, workflows made for the test, and a watched browser page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

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

export async function request(method: string, path: string, body?: unknown): Promise<Json> {
  const reply = await fetch(latheUrl() + path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Json);
}

/** A name that no earlier run of the tests has left behind. */
export function freshName(stem: string): string {
  return `${stem}_${Date.now().toString(36)}`;
}

export async function createWorkflow(document: Json): Promise<string> {
  const workflow = await request("POST", "/api/workflows", { document });
  return String(workflow.id);
}

export async function execute(workflowId: string, inputs: Json = {}): Promise<string> {
  const execution = await request("POST", `/api/workflows/${workflowId}/execute`, { inputs });
  return String(execution.id);
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
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
}

export async function openPage(browser: Browser, options: PageOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: latheUrl(),
    colorScheme: options.theme ?? "light",
    viewport: { width: options.width ?? 1360, height: 850 },
    reducedMotion: "reduce",
  });
  const mistakes: string[] = [];
  // Every page of the context is watched, so that a tab which a link opens is, too.
  context.on("page", (page) => {
    page.on("pageerror", (error) => mistakes.push(error.message));
    page.on("console", (message) => {
      const isReply = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isReply) mistakes.push(message.text());
    });
  });
  const page = await context.newPage();
  return { page, mistakes, close: () => context.close() };
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

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/** Fails on everything that the accessibility rules of WCAG 2.1 AA forbid. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const result = (await page.evaluate(
    `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] })`,
  )) as AxeResult;
  const found = result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
  );
  expect(found, `accessibility of ${page.url()}`).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const surplus = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(surplus, `sideways scroll of ${page.url()}`).toBeLessThanOrEqual(0);
}
