// The sorting of a list where there are no heads of columns to press: on a phone.
import { ArrowDownUp } from "lucide-react";
import { buttonClass } from "@/components/button";
import { cn } from "@/lib/cn";
import { columnsOf } from "./columns";
import { useHost } from "./host";
import type { Model } from "./manifest";

interface SortMenuProps {
  model: Model;
  sort: string | null;
  onChange: (sort: string | null) => void;
}

export function SortMenu({ model, sort, onChange }: SortMenuProps) {
  const { words } = useHost();
  // The list of choices is the browser's own; of the field itself only the picture is seen.
  return (
    <label className={cn(buttonClass(), "relative md:hidden has-[select:focus-visible]:outline-2")}>
      <span className="sr-only">{words.sortBy}</span>
      <ArrowDownUp aria-hidden />
      <select
        value={sort ?? ""}
        onChange={(event) => onChange(event.target.value || null)}
        className="absolute inset-0 w-full cursor-pointer opacity-0"
      >
        <option value="">{words.sortServer}</option>
        {columnsOf(model)
          .filter((column) => column.sort)
          .flatMap(({ key, label }) => [
            <option key={key} value={key}>{`${label}, ${words.sortedUp}`}</option>,
            <option key={`-${key}`} value={`-${key}`}>{`${label}, ${words.sortedDown}`}</option>,
          ])}
      </select>
    </label>
  );
}
