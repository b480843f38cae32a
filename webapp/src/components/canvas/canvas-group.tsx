// The part of a screen that is its canvas: says what its keys are, and tells which node the keyboard has come to.

import { type ReactNode, useId } from "react";
import { t } from "@/lib/i18n";

interface CanvasGroupProps {
  /** What keys do here, in a sentence. */
  keys: string;
  /** By key; the mouse chooses for itself. */
  onReach: (node: string) => void;
  children: ReactNode;
}

export function CanvasGroup({ keys, onReach, children }: CanvasGroupProps) {
  const keysId = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a canvas is no form.
    <div
      role="group"
      aria-label={t("Canvas")}
      data-part="canvas"
      aria-describedby={keysId}
      className="relative min-h-0 flex-1 max-md:h-[60vh] max-md:flex-none"
      onFocus={({ target }) => {
        const node = target.closest<HTMLElement>(".react-flow__node")?.dataset.id;
        if (node !== undefined && target.matches(":focus-visible")) onReach(node);
      }}
    >
      <span id={keysId} className="sr-only">
        {keys} {t("F6 goes from part to part of the screen, also out of a text, and comes back.")}
      </span>
      {children}
    </div>
  );
}
