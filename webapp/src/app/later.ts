// Components of features that are seldom seen, loaded when they are.
import { type ComponentType, createElement, lazy, useState } from "react";

const loads = new WeakMap<object, () => Promise<unknown>>();

/** Loaded when it is first shown: `later(() => import("…").then((m) => m.Name))`. What shows it has a `Suspense` around it. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  const get = async () => {
    loaded ??= await load();
    return loaded;
  };
  const Waited = lazy(async () => ({ default: await get() }));
  /** What is here already is shown at once: what waits for a moment comes after what stands around it, and moves that. */
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each component, where a module is loaded, like lazy().
  function Later(props: P) {
    const [Shown] = useState((): ComponentType<P> => loaded ?? (Waited as unknown as ComponentType<P>));
    return createElement(Shown, props);
  }
  loads.set(Later, get);
  return Later;
}

/** Loads what is shown together with something else before that is shown. What can't be loaded now is tried again as it is shown. */
export async function loadTogether(parts: readonly (object | undefined)[]): Promise<void> {
  await Promise.allSettled(parts.map((part) => part && loads.get(part)?.()));
}
