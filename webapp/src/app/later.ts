// Components of features that are seldom seen, loaded when they are.
import { type ComponentType, lazy } from "react";

/** Loaded when it is first shown: `later(() => import("…").then((m) => m.Name))`. What shows it has a `Suspense` around it. */
export function later<P>(load: () => Promise<ComponentType<P>>) {
  return lazy(async () => ({ default: await load() }));
}
