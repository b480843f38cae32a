// What every request carries, and that one whose token had run out is sent once more with its body.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { session } from "./browser-session";
import { ask, client, unwrap, unwrapBytes } from "./client";
import { chooseWorkspace } from "./workspace";

const sent: { path: string; token: string | null; workspace: string | null; body: string }[] = [];
let good = "a1";

beforeEach(() => {
  sent.length = 0;
  good = "a1";
  session.begin({ access_token: "a1", expires_in: 600 });
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = typeof input === "string" ? new Request(new URL(input, location.origin), init) : input;
    const path = new URL(request.url).pathname;
    const token = request.headers.get("Authorization");
    const workspace = request.headers.get("Lathe-Workspace");
    sent.push({ path, token, workspace, body: await request.text() });
    if (path === "/api/auth/refresh") return Response.json({ access_token: good, expires_in: 600 });
    if (path.startsWith("/api/auth/")) return refusal();
    return token === `Bearer ${good}` ? Response.json({ id: "1" }, { status: 201 }) : refusal();
  });
});
afterEach(() => {
  chooseWorkspace(undefined);
  vi.unstubAllGlobals();
});

function refusal(): Response {
  return Response.json({ error: { code: "unauthorized", message: "no", details: [] } }, { status: 401 });
}

it("signs requests, and names the chosen workspace", async () => {
  chooseWorkspace("0198f3a2-0000-7000-8000-000000000000");
  await unwrap(client.GET("/api/status"));
  expect(sent).toMatchObject([{ token: "Bearer a1", workspace: "0198f3a2-0000-7000-8000-000000000000" }]);
});

it("repeats a request whose token had run out, once and whole", async () => {
  good = "a2";
  await unwrap(client.POST("/api/workflows", { body: { source: "name: a" } }));
  expect(sent.map(({ path, token }) => [path, token])).toEqual([
    ["/api/workflows", "Bearer a1"],
    ["/api/auth/refresh", null],
    ["/api/workflows", "Bearer a2"],
  ]);
  expect(sent[2]?.body).toBe(sent[0]?.body);
});

it("sends no token with a login, and takes its refusal for what it is", async () => {
  const body = { email: "ada@example.org", password: "wrong" };
  await expect(unwrap(client.POST("/api/auth/login", { body }))).rejects.toMatchObject({ status: 401 });
  expect(sent).toMatchObject([{ path: "/api/auth/login", token: null }]);
});

it("asks at addresses that only a description knows, with the same session", async () => {
  good = "a2";
  const reply = await ask("PUT", "/api/records/plans/1", { body: '{"name":"a"}' });
  expect(await reply.json()).toEqual({ id: "1" });
  expect(sent.map(({ path, token, body }) => [path, token, body])).toEqual([
    ["/api/records/plans/1", "Bearer a1", '{"name":"a"}'],
    ["/api/auth/refresh", null, ""],
    ["/api/records/plans/1", "Bearer a2", '{"name":"a"}'],
  ]);
  const refused = ask("POST", "/api/auth/login");
  await expect(refused).rejects.toMatchObject({ status: 401, code: "unauthorized" });
});

it("takes no bytes for what a file holds, and a refusal for a refusal", async () => {
  const read = () =>
    unwrapBytes(client.GET("/api/files/{id}/content", { params: { path: { id: "1" } }, parseAs: "blob" }));
  const headers = { "Content-Length": "0", "Content-Type": "text/plain" };
  vi.stubGlobal("fetch", async () => new Response("", { headers }));
  expect(await read()).toMatchObject({ size: 0, type: "text/plain" });
  vi.stubGlobal("fetch", async () => new Response("", { status: 404, headers: { "Content-Length": "0" } }));
  await expect(read()).rejects.toMatchObject({ status: 404 });
});
