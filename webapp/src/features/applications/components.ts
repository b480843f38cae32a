// Which of the components of an application have a meaning of their own.
import type { ApplicationComponent } from "@/api/types";

/** Whether "Ship" runs this one: it does unless the configuration names another workflow. */
export function isShipped(
  { kind, name }: Pick<ApplicationComponent, "kind" | "name">,
  configuration: { ship_workflow?: unknown },
): boolean {
  return kind === "workflow" && name === "ship" && !configuration.ship_workflow;
}
