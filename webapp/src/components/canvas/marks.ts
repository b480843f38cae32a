// What else a node can be marked with: problems, data that is pinned to it, how it differs from another version.

import { createContext, useContext, useSyncExternalStore } from "react";
import { t } from "@/lib/i18n";
import type { NoteEditing } from "./note-card";

export interface NodeMark {
  /** What is wrong with it, in words. */
  problems: readonly string[];
  pinned: boolean;
  change?: "added" | "removed" | "changed" | "moved";
}

const CHANGES = {
  added: () => t("added"),
  removed: () => t("removed"),
  changed: () => t("changed"),
  moved: () => t("moved"),
};

export function changeWord(change: keyof typeof CHANGES): string {
  return CHANGES[change]();
}

export interface MarkSource {
  subscribe: (listener: () => void) => () => void;
  /** The same reference as long as nothing about the node has changed. */
  markOf: (node: string) => NodeMark | undefined;
  /** How an edge differs from another version. */
  changeOfEdge?: (edge: string) => NodeMark["change"];
  /** Whether something is wrong with an edge. */
  isEdgeFaulty?: (edge: string) => boolean;
}

export const MarkContext = createContext<MarkSource | null>(null);

/** What can be done to a node on a canvas that is edited; without it the canvas is only looked at. */
export interface Editing {
  onPort: (node: string, port: string) => void;
  onBand: (node: string, part: string) => void;
  /** A node is wanted in an edge. */
  onEdge?: (edge: { from: string; port: string; to: string }) => void;
  notes: NoteEditing;
}

export const EditingContext = createContext<Editing | null>(null);

const NOTHING = () => () => undefined;

export function useNodeMark(node: string): NodeMark | undefined {
  const source = useContext(MarkContext);
  const read = () => source?.markOf(node);
  return useSyncExternalStore(source?.subscribe ?? NOTHING, read, read);
}

/** How an edge is drawn other than by the progress of a run. */
export function useEdgeMark(edge: string): NodeMark["change"] | "faulty" | undefined {
  const source = useContext(MarkContext);
  const read = () => source?.changeOfEdge?.(edge) ?? (source?.isEdgeFaulty?.(edge) ? "faulty" : undefined);
  return useSyncExternalStore(source?.subscribe ?? NOTHING, read, read);
}
