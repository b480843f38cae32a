// What the expression fields of the inspector can complete and try with.
import { createContext } from "react";
import type { SampleData } from "../expressions/sample";
import type { Scope } from "../expressions/scope";

export const ScopeContext = createContext<{
  scope: Scope;
  sample: SampleData;
  /** What scripts of the node are given as `args`. */
  args?: unknown;
}>({
  scope: {},
  sample: { inputs: {}, nodes: {}, vars: {} },
});
