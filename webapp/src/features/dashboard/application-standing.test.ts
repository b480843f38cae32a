// What is not well comes first; what is not known changes nothing.
import { expect, it } from "vitest";
import type { Application, ApplicationHealth } from "@/api/types";
import { neediestFirst } from "./application-standing";

function application(name: string, status?: "running" | "stopped" | "failed"): Application {
  return { id: name, name, live: status ? { status, release: "3" } : null } as unknown as Application;
}

function untold(name: string): Application {
  return { ...application(name), live_known: false };
}

function health(status: ApplicationHealth["status"]): ApplicationHealth {
  return { status, release: "3" } as unknown as ApplicationHealth;
}

it("shows first what needs somebody, and leaves the rest in its order", () => {
  const given = [
    application("anew"),
    application("closed", "stopped"),
    application("library", "running"),
    application("museum", "running"),
    application("shop", "running"),
    application("theatre", "failed"),
    untold("zoo"),
  ];
  const asked = new Map([
    ["library", health("healthy")],
    ["shop", health("unhealthy")],
  ]);
  expect(
    neediestFirst(given, asked).map(({ application, standing }) => [application.name, standing]),
  ).toEqual([
    ["theatre", "failed"],
    ["shop", "unhealthy"],
    ["zoo", "unknown"],
    ["library", "running"],
    ["museum", "running"],
    ["anew", "none"],
    ["closed", "stopped"],
  ]);
  expect(given[0]?.name).toBe("anew");
});
