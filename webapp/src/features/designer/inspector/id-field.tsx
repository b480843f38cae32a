// The id of a node: changed as a whole, when the field is left, because everything that speaks of it changes too.

import { useId, useState } from "react";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import type { DesignerStore } from "../store";

export function IdField({ store, id }: { store: DesignerStore; id: string }) {
  const field = useId();
  const [text, setText] = useState(id);
  const [fault, setFault] = useState<string | null>(null);
  const rename = () => {
    const wanted = text.trim();
    if (wanted === id) return setFault(null);
    if (!store.perform(t("Rename {{name}}", { name: id }), [{ op: "rename_node", id, to: wanted }]))
      return setFault(store.refusal);
    store.select([wanted]);
  };
  return (
    <div className="space-y-1">
      <label htmlFor={field} className="text-sm font-medium">
        {t("id")}
      </label>
      <input
        id={field}
        type="text"
        autoComplete="off"
        spellCheck={false}
        className={cn(CONTROL, "font-mono text-sm")}
        aria-invalid={fault !== null}
        aria-describedby={`${field}-help`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === "Enter") rename();
        }}
      />
      <p id={`${field}-help`} className={cn("text-xs", fault ? "text-bad" : "text-muted")}>
        {fault ?? t("Expressions read its output as nodes.<id>.output; when it is renamed, they follow.")}
      </p>
    </div>
  );
}
