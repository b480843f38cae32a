// What can be done to a box on the canvas, for whoever draws one.
import { createContext } from "react";
import type { RelationKey } from "../operations/document";

export interface BoxEditing {
  onField: (model: string, field: string) => void;
  onRelation: (relation: RelationKey) => void;
  onAddField: (model: string) => void;
  onMoveField: (model: string, from: number, to: number) => void;
  canRelate: boolean;
  /** Rows are chosen to be looked at, and nothing is put anywhere. */
  isReadOnly: boolean;
}

export const BoxEditingContext = createContext<BoxEditing | null>(null);
