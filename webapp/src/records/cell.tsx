// One value in a table, a card or a detail, drawn by the type of its field.
import { Check } from "lucide-react";
import { httpAddress } from "@/lib/http-address";
import type { Column } from "./columns";
import { idsOf } from "./draft";
import { choiceText, formatValue, fullValue, isEmpty, NOTHING } from "./format";
import { useHost } from "./host";
import { RelatedTitle } from "./related-title";
import { toneOf } from "./tone";

const TAG = "inline-block max-w-full truncate rounded-full px-2 py-px align-middle text-xs font-medium";

export function Cell({ column, value }: { column: Column; value: unknown }) {
  const { manner, words } = useHost();
  if (isEmpty(value)) return <span className="text-muted">{NOTHING}</span>;
  switch (column.type) {
    case "boolean":
      return value === true ? (
        <span className="inline-flex items-center gap-1 text-ok">
          <Check aria-hidden className="size-3.5" />
          {words.yes}
        </span>
      ) : (
        <span className="text-muted">{words.no}</span>
      );
    case "enum":
      return (
        <span className={`${TAG} ${toneOf(String(value))}`}>{choiceText(column.options, String(value))}</span>
      );
    case "relation":
      return (
        <>
          {idsOf(value).map((id, index) => (
            <span key={id}>
              {index > 0 && ", "}
              <RelatedTitle target={column.relation?.target ?? ""} id={id} />
            </span>
          ))}
        </>
      );
    case "datetime":
      return (
        <time dateTime={String(value)} title={String(value)}>
          {formatValue(column, value, manner)}
        </time>
      );
    case "uuid":
      return (
        <code className="font-mono text-xs" title={fullValue(column, value)}>
          {formatValue(column, value, manner)}
        </code>
      );
    case "json":
      return <code className="font-mono text-xs text-muted">{formatValue(column, value, manner)}</code>;
    default:
      return <>{formatValue(column, value, manner)}</>;
  }
}

/** The same in a detail, where there is room for all of it. */
export function WholeValue({ column, value }: { column: Column; value: unknown }) {
  if (isEmpty(value)) return <Cell column={column} value={value} />;
  if (column.type === "json")
    return (
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
        aria-label={column.label}
        className="max-h-80 overflow-auto rounded-md bg-sunken p-2.5 thin-scroll"
      >
        <pre className="font-mono text-xs whitespace-pre-wrap break-words">{fullValue(column, value)}</pre>
      </section>
    );
  if (column.type === "uuid")
    return <code className="font-mono text-xs break-all">{fullValue(column, value)}</code>;
  if (column.type === "text" || column.type === "long_text") {
    const address = column.type === "text" ? httpAddress(String(value)) : undefined;
    if (address !== undefined)
      return (
        <a href={address} target="_blank" rel="noreferrer" className="break-all text-accent hover:underline">
          {address}
        </a>
      );
    return <span className="whitespace-pre-wrap break-words">{String(value)}</span>;
  }
  return <Cell column={column} value={value} />;
}
