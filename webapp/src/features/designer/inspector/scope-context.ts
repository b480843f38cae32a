// What the expression fields of the inspector can complete and try with.
import { createContext } from "react";
import type { SampleData } from "../expressions/sample";
import type { Scope } from "../expressions/scope";

export const ScopeContext = createContext<{ scope: Scope; sample: SampleData }>({
  scope: {},
  sample: { inputs: {}, nodes: {}, vars: {} },
});
