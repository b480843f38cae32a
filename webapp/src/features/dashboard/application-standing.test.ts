// What is not well is told and comes first; what is not known changes nothing.
import { expect, it } from "vitest";
import type { Application, ApplicationHealth } from "@/api/types";
import { neediestFirst, standingOf } from "./application-standing";

function application(name: string, status?: "running" | "stopped" | "failed"): Application {
  return { id: name, name, live: status ? { status, release: "3" } : null } as unknown as Application;
}

function health(status: ApplicationHealth["status"], release: string | null = "3"): ApplicationHealth {
  return { status, release } as unknown as ApplicationHealth;
}

it("believes the record until the health of what runs is known", () => {
  const shop = application("shop", "running");
  expect(standingOf(shop, undefined)).toBe("running");
  expect(standingOf(shop, health("healthy"))).toBe("running");
  expect(standingOf(shop, health("unhealthy"))).toBe("unhealthy");
  expect(standingOf(shop, health("failed"))).toBe("failed");
  expect(standingOf(shop, health("not_deployed", null))).toBe("running");
});

it("takes the health of one release for no other, and none for what does not run", () => {
  expect(standingOf(application("shop", "running"), health("unhealthy", "2"))).toBe("running");
  expect(standingOf(application("shop", "stopped"), health("failed"))).toBe("stopped");
  expect(standingOf(application("shop", "failed"), health("unhealthy"))).toBe("failed");
  expect(standingOf(application("shop"), undefined)).toBe("none");
});

it("shows first what needs somebody, and leaves the rest in its order", () => {
  const given = [
    application("anew"),
    application("closed", "stopped"),
    application("library", "running"),
    application("museum", "running"),
    application("shop", "running"),
    application("theatre", "failed"),
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
    ["library", "running"],
    ["museum", "running"],
    ["anew", "none"],
    ["closed", "stopped"],
  ]);
  expect(given[0]?.name).toBe("anew");
});
