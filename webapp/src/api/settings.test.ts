// Choices that follow each other are kept in their order, each is shown until it is, and none is undone by an older answer.
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { session } from "./browser-session";
import { getSettings, useSaveSettings, useUnkeptNotifications } from "./settings";

interface Asked {
  sent: unknown;
  answer: (reply: Response) => void;
}

let queries: QueryClient;
let root: Root;
let puts: Asked[];
let gets: Asked[];
let here: ReturnType<typeof useChoices>;

/** Two places of a page at which something is chosen. */
function useChoices() {
  const shown = useQuery({ ...getSettings, retry: false }).data;
  return { shown, wished: useUnkeptNotifications(), one: useSaveSettings(), other: useSaveSettings() };
}

function Screen() {
  here = useChoices();
  return null;
}

beforeEach(async () => {
  puts = [];
  gets = [];
  session.begin({ access_token: "a1", expires_in: 600 });
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("fetch", async (request: Request) => {
    const sent: unknown = request.method === "PUT" ? await request.json() : undefined;
    const asked = request.method === "PUT" ? puts : gets;
    return new Promise<Response>((answer) => asked.push({ sent, answer }));
  });
  queries = new QueryClient();
  root = createRoot(document.createElement("div"));
  await act(async () =>
    root.render(createElement(QueryClientProvider, { client: queries }, createElement(Screen))),
  );
});
afterEach(async () => {
  await act(async () => root.unmount());
  queries.clear();
  vi.unstubAllGlobals();
});

const told = (run_failed: string, decision: string) =>
  Response.json({ notifications: { run_failed, decision } });

/** Waits until so many were asked, answers the last of them, and says what it was sent. */
async function answer(asked: Asked[], count: number, reply: Response): Promise<unknown> {
  await waitFor(() => expect(asked).toHaveLength(count));
  const last = asked.at(-1);
  await act(async () => last?.answer(reply));
  return last?.sent;
}

const waitFor = (check: () => void) => act(() => vi.waitFor(check));

it("keeps one choice after the other, and shows each as long as it is on its way", async () => {
  await act(async () => {
    here.one.mutate({ notifications: { run_failed: "mail" } });
    here.one.mutate({ notifications: { decision: "off" } });
    here.other.mutate({ notifications: { run_failed: "off" } });
  });
  await waitFor(() => expect(puts).not.toHaveLength(0));
  expect(puts.map(({ sent }) => sent)).toEqual([{ notifications: { run_failed: "mail" } }]);
  expect(here.wished).toEqual({ run_failed: "off", decision: "off" });
  await answer(puts, 1, told("mail", "in_app"));
  expect(await answer(puts, 2, told("mail", "off"))).toEqual({ notifications: { decision: "off" } });
  expect(await answer(puts, 3, told("off", "off"))).toEqual({ notifications: { run_failed: "off" } });
  await waitFor(() => expect(here.wished).toEqual({}));
  expect(here.shown?.notifications).toEqual({ run_failed: "off", decision: "off" });
});

it("goes on with the next choice when one is refused", async () => {
  await act(async () => {
    here.one.mutate({ notifications: { run_failed: "mail" } });
    here.one.mutate({ notifications: { decision: "off" } });
  });
  await answer(puts, 1, Response.json({}, { status: 500 }));
  await answer(puts, 2, told("in_app", "off"));
  await waitFor(() => expect(here.shown?.notifications).toEqual({ run_failed: "in_app", decision: "off" }));
});

it("heeds no answer that was asked for before the choice was kept", async () => {
  await waitFor(() => expect(gets).toHaveLength(1));
  await act(async () => here.one.mutate({ notifications: { run_failed: "mail" } }));
  await answer(puts, 1, told("mail", "in_app"));
  await waitFor(() => expect(here.wished).toEqual({}));
  await answer(gets, 1, told("in_app", "in_app"));
  await waitFor(() => expect(queries.isFetching()).toBe(0));
  expect(here.shown?.notifications).toEqual({ run_failed: "mail", decision: "in_app" });
});
