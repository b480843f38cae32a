// Pictures of every screen for people to look at: light and dark, on a desktop and on a phone. `cargo xtask shots` makes them.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication, createGenerated } from "./generated";
import {
  type Account,
  createAccount,
  createWorkflow,
  execute,
  freshName,
  type Json,
  latheUrl,
  openPage,
  request,
} from "./lathe";

interface Screen {
  name: string;
  /** Null where there is nothing to show: a release takes minutes to compile, and nothing here ships one. */
  address: () => string | Promise<string | null>;
  /** Whether it is for somebody who is not logged in. */
  outside?: boolean;
  /** Somebody else than the account of the tests. */
  as?: () => Promise<Account>;
  /** What is done on it before the picture. */
  prepare?: (page: Page) => Promise<unknown>;
}

function list(name: string): Screen {
  return { name, address: () => `/${name}` };
}

/** What a row of a list opens: the one with this name, or the first one. */
function record(name: string, list: string, called?: string): Screen {
  return { name, address: () => one(`records/${list}`, called, `/${list}/:id`) };
}

const SCREENS: Screen[] = [
  { name: "login", address: () => "/login", outside: true },
  { name: "register", address: () => "/register", outside: true },
  { name: "forgot", address: () => "/forgot", outside: true },
  { name: "reset", address: () => "/reset#a-token", outside: true },
  { name: "verify", address: () => "/verify#a-token", outside: true },
  {
    name: "answer",
    address: aQuestion,
    outside: true,
    prepare: (page) => page.getByRole("button", { name: "Approve" }).waitFor(),
  },
  { name: "api-docs", address: () => "/api/docs", outside: true },
  {
    name: "dashboard",
    address: () => aRun().then(() => "/dashboard?range=1h"),
    prepare: (page) => page.getByRole("heading", { name: "Duration" }).waitFor(),
  },
  {
    name: "dashboard-empty",
    address: () => "/dashboard",
    as: newcomer,
    prepare: (page) => page.getByRole("heading", { name: "Get an application" }).waitFor(),
  },
  { name: "workflows", address: () => "/workflows" },
  { name: "workflow", address: () => one("workflows", "ship_bookshop", "/workflows/:id") },
  { name: "designer-empty", address: () => "/workflows/new/edit" },
  { name: "designer", address: () => one("workflows", "ship_bookshop", "/workflows/:id/edit") },
  {
    name: "designer-node",
    address: () => one("workflows", "ship_bookshop", "/workflows/:id/edit"),
    prepare: (page) => page.locator("[data-node]").first().click(),
  },
  {
    name: "designer-versions",
    address: () => one("workflows", "ship_bookshop", "/workflows/:id/edit"),
    prepare: async (page) => {
      await page.getByRole("button", { name: "Versions" }).click();
      await page.getByRole("heading", { name: "All versions" }).waitFor();
    },
  },
  {
    name: "designer-code",
    address: () => one("workflows", "ship_bookshop", "/workflows/:id/edit"),
    prepare: async (page) => {
      await page.getByRole("button", { name: "Code", exact: true }).click();
      await page.getByRole("textbox", { name: "The workflow as YAML" }).waitFor();
    },
  },
  {
    name: "designer-last-run",
    address: () => aRun().then(() => one("workflows", "hello", "/workflows/:id/edit")),
    prepare: async (page) => {
      await page.locator('[data-node="is_named"]').click();
      await page.getByRole("tab", { name: "Last run" }).click();
      await page.getByRole("complementary", { name: "Node" }).getByText("Succeeded").first().waitFor();
    },
  },
  ...["prompts", "files", "schedules", "webhooks", "secrets", "variables"].map(list),
  list("releases"),
  ...["members", "tokens", "audit", "trash", "users"].map(list),
  ...["schedules", "webhooks", "secrets", "files", "trash"].map((name) => ({
    name: `${name}-empty`,
    address: () => `/${name}`,
    as: newcomer,
  })),
  record("schedule", "schedules", "good_morning"),
  record("webhook", "webhooks", "orders_in"),
  record("secret", "secrets", "smtp_password"),
  record("variable", "variables", "shop_address"),
  record("file", "files", "prices.csv"),
  record("member", "members"),
  record("token", "tokens", "deploy script"),
  record("audit-entry", "audit"),
  record("trashed", "trash", "old_limit"),
  record("account", "users"),
  { name: "release", address: aRelease },
  { name: "application", address: () => one("applications", "bookshop", "/applications/:id") },
  {
    name: "application-environment",
    address: () => one("applications", "bookshop", "/applications/:id"),
    prepare: async (page) => {
      const log = page.getByRole("button", { name: "Show the log" });
      if (await log.isVisible()) await log.click();
      await page.getByRole("button", { name: "Change the environment" }).click();
      await page.getByRole("textbox", { name: "Name of variable 1" }).waitFor();
    },
  },
  {
    name: "go-to",
    address: () => "/workflows",
    prepare: (page) => page.keyboard.press("Control+k").then(() => page.getByRole("dialog").waitFor()),
  },
  { name: "runs", address: () => aRun().then(() => "/runs") },
  { name: "run", address: aRun, prepare: (page) => page.locator("[data-node]").first().waitFor() },
  {
    name: "run-failed",
    address: aFailure,
    prepare: (page) => page.locator('[data-node="water"][data-status="failed"]').waitFor(),
  },
  { name: "applications", address: () => "/applications" },
  {
    name: "ship-dialog",
    address: aChanged,
    prepare: async (page) => {
      await page.getByRole("main").getByRole("button", { name: /^Ship/ }).click();
      await page.getByRole("dialog").getByRole("region", { name: "Removed" }).waitFor();
    },
  },
  { name: "models", address: () => "/models" },
  { name: "model", address: () => one("models", "books", "/models/:id") },
  { name: "model-new", address: () => "/models/new" },
  {
    name: "model-edit",
    address: aLoneModel,
    prepare: (page) => page.locator("[data-model]").first().waitFor(),
  },
  { name: "model-canvas-empty", address: () => "/applications/new/design" },
  { name: "model-canvas", address: () => one("applications", "bookshop", "/applications/:id/design") },
  {
    name: "model-canvas-field",
    address: () => one("applications", "bookshop", "/applications/:id/design"),
    prepare: async (page) => {
      const field = page.locator('[data-model="authors"] [data-row]').first();
      // On a phone the whole is too small for fields.
      while (!(await field.isVisible())) await page.getByRole("button", { name: "Zoom in" }).click();
      await field.click();
    },
  },
  {
    name: "model-canvas-form",
    address: () => one("applications", "bookshop", "/applications/:id/design"),
    prepare: (page) => page.getByRole("button", { name: "Form", exact: true }).click(),
  },
  {
    name: "model-canvas-preview",
    address: () => one("applications", "bookshop", "/applications/:id/design"),
    prepare: async (page) => {
      await page.getByRole("button", { name: "Preview", exact: true }).click();
      await page.getByRole("link", { name: "Open preview" }).waitFor();
    },
  },
  { name: "prompt-new", address: () => "/prompts/new" },
  {
    name: "prompt",
    address: aPrompt,
    prepare: (page) => page.getByRole("textbox", { name: "customer", exact: true }).fill("Ada Lovelace"),
  },
  {
    name: "prompt-versions",
    address: aPrompt,
    prepare: async (page) => {
      await page.getByRole("tab", { name: "Versions and labels" }).click();
      await page.getByRole("button", { name: /^Version 2/ }).click();
      await page.locator("[data-diff] ins").first().waitFor();
    },
  },
  {
    name: "schedule-new",
    address: () => "/schedules/new",
    prepare: (page) =>
      page.getByRole("region", { name: "What that means" }).getByRole("listitem").first().waitFor(),
  },
  { name: "webhook-new", address: () => "/webhooks/new" },
  { name: "outgoing-webhooks", address: () => "/webhooks/outgoing" },
  {
    name: "outgoing-webhook",
    address: () => one("outgoing-webhooks", "pager", "/webhooks/outgoing/:id"),
  },
  { name: "secret-new", address: () => "/secrets/new" },
  { name: "variable-new", address: () => "/variables/new" },
  { name: "approvals", address: () => "/approvals" },
  { name: "settings", address: () => "/settings" },
  ...["preferences", "workspace", "members", "roles", "fields", "tokens", "audit", "server"].map((tab) => ({
    name: `settings-${tab}`,
    address: () => `/settings?tab=${tab}`,
  })),
  {
    name: "settings-new-role",
    address: () => "/settings?tab=roles",
    prepare: (page) => page.getByRole("button", { name: "New role" }).click(),
  },
  {
    name: "settings-new-token",
    address: () => "/settings?tab=tokens",
    prepare: (page) => page.getByRole("button", { name: "New token" }).click(),
  },
  {
    name: "notifications",
    address: () => "/workflows",
    prepare: (page) =>
      page
        .getByRole("button", { name: /^(Notifications|News)/ })
        .filter({ visible: true })
        .click(),
  },
  { name: "not-found", address: () => "/no/such/place" },
];

const SIZES = { desktop: 1360, phone: 390 };

beforeAll(async () => {
  // Who comes to a new server is asked for the first account, and not for theirs.
  await request("GET", "/api/workflows?limit=1");
  await someOfEach();
});

describe.each(SCREENS)("$name", (screen) => {
  it.each(["light", "dark"] as const)("in %s", async (theme) => {
    const address = await screen.address();
    if (address === null) return;
    const account = await screen.as?.();
    for (const [size, width] of Object.entries(SIZES)) {
      const { page, close } = await openPage({
        theme,
        width,
        ...(screen.outside && { as: "nobody" as const }),
        ...(account && { as: account }),
      });
      await show(page, address);
      await screen.prepare?.(page);
      await page.screenshot({ path: join(folder(theme, size), `${screen.name}.png`), fullPage: true });
      await close();
    }
  });
});

/** Opens a screen. So many pages in a row are more than one person's: where the server asks for patience, it is had. */
async function show(page: Page, address: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await page.goto(address);
    await page.getByRole("heading").first().waitFor();
    await page.waitForLoadState("networkidle");
    if (!(await page.getByText("rate_limited").isVisible())) return;
    await page.waitForTimeout(1_500);
  }
}

function folder(theme: string, size: string): string {
  const path = join(process.env.SHOTS ?? "shots", `${size}-${theme}`);
  mkdirSync(path, { recursive: true });
  return path;
}

/** The address of the one with this name, or of the first one there is. */
async function one(list: string, name: string | undefined, address: string): Promise<string> {
  const items = (await request("GET", `/api/${list}?limit=200`)).items as Json[];
  const found = items.find((item) => item.name === name) ?? items[0];
  if (!found) throw new Error(`/api/${list} is empty: were the examples loaded?`);
  return address.replace(":id", String(found.id));
}

let guest: Promise<Account> | undefined;

/** Somebody whose workspace is empty. */
function newcomer(): Promise<Account> {
  guest ??= createAccount("newcomer", "viewer");
  return guest;
}

/** What the examples do not bring, so that no list is empty. */
async function someOfEach(): Promise<void> {
  const { items } = await request("GET", "/api/schedules?limit=1");
  if ((items as Json[]).length > 0) return;
  const workflows = (await request("GET", "/api/workflows?limit=200")).items as Json[];
  const workflow_id = (workflows.find(({ name }) => name === "hello") ?? workflows[0])?.id;
  const schedule = { name: "good_morning", workflow_id, cron: "0 6 * * MON-FRI", timezone: "Europe/Berlin" };
  await request("POST", "/api/schedules", { ...schedule, enabled: true });
  await request("POST", "/api/webhooks", { name: "orders_in", workflow_id, verification: "none" });
  await request("POST", "/api/secrets", { name: "smtp_password", value: "hush" });
  await request("POST", "/api/variables", { name: "shop_address", value: "https://bookshop.example.org" });
  const { id } = await request("POST", "/api/variables", { name: "old_limit", value: 1 });
  await request("DELETE", `/api/variables/${id}`);
  await request("POST", "/api/outgoing-webhooks", {
    name: "pager",
    url: "https://pager.invalid/lathe",
    events: ["schedule.failed"],
  });
  const { token } = await request("POST", "/api/tokens", {
    name: "deploy script",
    scopes: ["workflows:read", "workflows:run", "files:write"],
  });
  const form = new FormData();
  form.set("file", new Blob(["title,price\nThe Lathe,19.90\n"]), "prices.csv");
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`${latheUrl()}/api/files`, { method: "POST", headers, body: form });
  expect(reply.status).toBe(201);
}

/** The newest release, where anything was shipped. */
async function aRelease(): Promise<string | null> {
  const [newest] = (await request("GET", "/api/releases?limit=1")).items as Json[];
  return newest ? `/releases/${newest.id}` : null;
}

/** A model that belongs to no application: the others are edited on the canvas of theirs. */
async function aLoneModel(): Promise<string> {
  const items = (await request("GET", "/api/models?limit=200")).items as Json[];
  const fields = [
    { name: "name", type: "text", required: true },
    { name: "seen_at", type: "datetime" },
  ];
  const lone =
    items.find(({ application_id }) => !application_id) ??
    (await request("POST", "/api/models", { name: "birds", label: "Birds", fields }));
  return `/models/${lone.id}/edit`;
}

let failure: Promise<string> | undefined;

/** A run that fails. It is begun once for all pictures. */
function aFailure(): Promise<string> {
  failure ??= (async () => {
    const workflow = await createWorkflow({
      lathe: 1,
      name: freshName("garden"),
      label: "Water the garden",
      nodes: [
        { id: "water", kind: "script.run", label: "Water", with: { script: 'throw "the well is dry"' } },
      ],
    });
    return `/runs/${await execute(workflow)}`;
  })();
  return failure;
}

let question: Promise<string> | undefined;

/** Where the link of a step leads that waits for a yes or no. It is asked once for all pictures, and never answered. */
function aQuestion(): Promise<string> {
  question ??= (async () => {
    const run = await execute(await one("workflows", "flow_approve", ":id"));
    const stepOf = async (node: string) => {
      const { steps } = await request("GET", `/api/executions/${run}`);
      return (steps as Json[]).find((step) => step.node === node);
    };
    await expect.poll(async () => (await stepOf("consent"))?.status, { timeout: 30_000 }).toBe("waiting");
    const invited = (await stepOf("invite"))?.output as Json | undefined;
    return new URL(String(invited?.link)).pathname.replace("/api/resume/", "/answer/");
  })();
  return question;
}

let run: Promise<string> | undefined;

/** A run that has ended. It is begun once for all pictures. */
function aRun(): Promise<string> {
  run ??= (async () => {
    const items = (await request("GET", "/api/workflows?limit=200")).items as Json[];
    const hello = items.find((item) => item.name === "hello") ?? items[0];
    const ended = await request("POST", `/api/workflows/${hello?.id}/execute?wait=10`, { inputs: {} });
    return `/runs/${ended.id}`;
  })();
  return run;
}

let changed: Promise<string> | undefined;

/** The page of an application that was generated, and has changed since. */
function aChanged(): Promise<string> {
  changed ??= (async () => {
    const name = freshName("diary");
    const { id, workflow } = await createGenerated(name, ["allow_drop", "allow_tighten"]);
    const inputs = { application: name };
    await request("POST", `/api/workflows/${workflow}/execute?wait=30`, { inputs });
    await changeApplication(id);
    return `/applications/${id}`;
  })();
  return changed;
}

let prompt: Promise<string> | undefined;

/** A prompt with two versions and a label. It is made once for all pictures. */
function aPrompt(): Promise<string> {
  prompt ??= (async () => {
    const items = (await request("GET", "/api/prompts?limit=200")).items as Json[];
    const known = items.find((item) => item.name === "support_reply");
    if (known) return `/prompts/${known.id}`;
    const content =
      "You answer customers of the bookshop.\nBe friendly.\n\nWrite to {{ customer }} about:\n{{ question }}\n\n{% if order %}\nThe order is number {{ order }}.\n{% endif %}\nSign as the team.";
    const made = await request("POST", "/api/prompts", {
      name: "support_reply",
      description: "Answers what customers ask by mail",
      content,
      variables: [
        { name: "question", description: "as they wrote it", default: "Where is my book?" },
        { name: "order", default: 4711 },
      ],
    });
    await request("PUT", `/api/prompts/${made.id}/labels/production`, { version: 1 });
    await request("POST", `/api/prompts/${made.id}/versions`, {
      content: content.replace("Be friendly.", "Be friendly and brief.").replace("the team", "{{ agent }}"),
      variables: (made.shown as Json).variables,
      note: "briefer, and signed",
    });
    return `/prompts/${made.id}`;
  })();
  return prompt;
}
