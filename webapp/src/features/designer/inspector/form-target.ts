// What the controls of a form are given: where their value lies, and what sets it.

import { createContext } from "react";
import type { Shape } from "@/lib/schema-field";
import type { Path } from "../operations/operation";
import { KeptChoices } from "./kept-choices";

export interface FormTarget {
  /** Sets what lies at a path below the node or the document; nothing removes it. */
  set: (path: Path, value: unknown) => void;
  /** What is typed next is a step of its own. */
  seal: () => void;
  /** What the server says about a place. */
  problemsAt: (path: Path) => readonly string[];
  /** What was typed in choices that are not chosen now. */
  kept: KeptChoices;
}

export const FormTargetContext = createContext<FormTarget>({
  set: () => undefined,
  seal: () => undefined,
  problemsAt: () => [],
  kept: new KeptChoices(),
});

export interface ControlProps {
  id: string;
  shape: Shape;
  path: Path;
  value: unknown;
  fallback?: unknown;
  label?: string;
  invalid: boolean;
  notes: string | undefined;
  /** An item or a named value: it stays when it is empty, and is removed by its own button. */
  isItem?: boolean;
}
