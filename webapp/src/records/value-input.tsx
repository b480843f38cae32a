// The value of a filter: an input by the type of its column.
import type { ChangeEvent } from "react";
import type { Column } from "./columns";
import { choiceText } from "./format";
import { useHost } from "./host";
import { modelOf } from "./manifest";
import { RelationPicker } from "./relation-picker";
import { fromWall, toWall } from "./zone";

export const CONTROL =
  "min-h-9 w-full rounded-md border border-line-strong bg-page px-2.5 py-1.5 text-base placeholder:text-muted aria-invalid:border-bad max-md:text-field pointer-coarse:min-h-10";

interface ValueInputProps {
  id: string;
  column: Column;
  value: string;
  onChange: (value: string) => void;
}

export function ValueInput({ id, column, value, onChange }: ValueInputProps) {
  const { words, manner, manifest } = useHost();
  const common = {
    id,
    value,
    className: CONTROL,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => onChange(event.target.value),
  };
  if (column.relation) {
    const target = modelOf(manifest, column.relation.target);
    if (!target) return <input {...common} />;
    return (
      <RelationPicker
        id={id}
        target={target}
        many={false}
        chosen={value ? [value] : []}
        onChange={(ids) => onChange(ids[0] ?? "")}
      />
    );
  }
  switch (column.type) {
    case "boolean":
      return (
        <select {...common}>
          <option value="true">{words.yes}</option>
          <option value="false">{words.no}</option>
        </select>
      );
    case "enum":
      return (
        <select {...common}>
          <option value="">{words.choose}</option>
          {(column.options.values ?? []).map((each) => (
            <option key={each} value={each}>
              {choiceText(column.options, each)}
            </option>
          ))}
        </select>
      );
    case "date":
      return <input {...common} type="date" />;
    case "datetime":
      return (
        <input
          {...common}
          type="datetime-local"
          value={toWall(value, manner.zone).slice(0, 16)}
          onChange={(event) => onChange(fromWall(event.target.value, manner.zone) ?? "")}
        />
      );
    case "integer":
      return <input {...common} inputMode="numeric" />;
    case "decimal":
      return <input {...common} inputMode="decimal" />;
    default:
      return <input {...common} autoComplete="off" spellCheck={false} />;
  }
}
