// Browsers and programs are called by names that people know.
import { expect, it } from "vitest";
import { agentName } from "./agent";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`, "Chrome on Linux"],
  [`Mozilla/5.0 (Windows NT 10.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`, "Edge on Windows"],
  ["Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", "Firefox on Android"],
  ["curl/8.5.0", "curl"],
  ["", "A program without a name"],
])("calls %j %s", (agent, name) => {
  expect(agentName(agent)).toBe(name);
});
