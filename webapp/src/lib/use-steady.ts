// The value that was there before as long as a new one says the same, so that what depends on it is not done again.
import { useState } from "react";
import { sameJson } from "./same-json";

export function useSteady<T>(value: T): T {
  const [kept, setKept] = useState(value);
  if (sameJson(kept, value)) return kept;
  setKept(value);
  return value;
}
