// Which columns a list shows, and in which order.
import { ArrowUp, Columns3 } from "lucide-react";
import { Button } from "@/components/button";
import { columnsOf, defaultColumns } from "./columns";
import { useHost } from "./host";
import type { Model } from "./manifest";
import { Popover } from "./popover";

interface ColumnChooserProps {
  model: Model;
  columns: string[] | null;
  onChange: (columns: string[] | null) => void;
}

export function ColumnChooser({ model, columns, onChange }: ColumnChooserProps) {
  const { words } = useHost();
  const all = columnsOf(model);
  const shown = columns ?? defaultColumns(model);
  const rest = all.filter(({ key }) => !shown.includes(key));
  const listed = [...shown.flatMap((key) => all.find((column) => column.key === key) ?? []), ...rest];
  const set = (next: string[]) => {
    const isDefault = next.join() === defaultColumns(model).join();
    onChange(isDefault ? null : next);
  };
  const moveUp = (key: string) => {
    const at = shown.indexOf(key);
    const before = shown[at - 1];
    if (before === undefined) return;
    set(shown.with(at - 1, key).with(at, before));
  };
  return (
    <Popover
      label={words.columns}
      align="right"
      panelClass="w-72"
      button={
        <>
          <Columns3 aria-hidden />
          <span className="max-lg:sr-only">{words.columns}</span>
        </>
      }
    >
      {() => (
        <>
          <ul>
            {listed.map(({ key, label }) => {
              const isShown = shown.includes(key);
              return (
                <li key={key} className="flex items-center rounded-md hover:bg-sunken">
                  <label className="flex min-w-0 flex-1 items-center gap-2.5 px-2 py-1.5 pointer-coarse:py-2.5">
                    <input
                      type="checkbox"
                      checked={isShown}
                      // A list without any column says nothing.
                      disabled={isShown && shown.length === 1}
                      onChange={() => set(isShown ? shown.filter((each) => each !== key) : [...shown, key])}
                      className="size-4 accent-accent"
                    />
                    <span className="truncate">{label}</span>
                  </label>
                  {isShown && shown[0] !== key && (
                    <Button
                      weight="quiet"
                      aria-label={words.moveUp(label)}
                      className="px-1.5"
                      onClick={() => moveUp(key)}
                    >
                      <ArrowUp aria-hidden />
                    </Button>
                  )}
                </li>
              );
            })}
          </ul>
          {columns !== null && (
            <Button weight="quiet" className="mt-1 w-full" onClick={() => onChange(null)}>
              {words.resetColumns}
            </Button>
          )}
        </>
      )}
    </Popover>
  );
}
