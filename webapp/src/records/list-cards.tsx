// The list on a phone: one card a record, with its title and the first columns as lines.
import { cn } from "@/lib/cn";
import { useHost, useOpen } from "./host";
import type { GridFocus, RowsProps } from "./list-body";
import { type ListSlots, RecordCell, RecordName, useSlots } from "./slots";
import { titleOf } from "./titles";

const MOST_LINES = 4;
const HEAD = 46;
const LINE = 24;
const ACTIONS = 48;
const TERMS = "grid h-6 grid-cols-[8.5rem_1fr] items-center gap-2 text-sm";

function linesOf(columns: number, slots: ListSlots): number {
  return Math.min(slots.lines ?? MOST_LINES, columns - 1);
}

/** How high a card is: fixed by its model, so that cards which come later move nothing. */
export function cardHeight(columns: number, slots: ListSlots): number {
  const lines = linesOf(columns, slots) + (slots.fact ? 1 : 0);
  return HEAD + LINE * lines + (slots.actions ? ACTIONS : 0);
}

export function ListCards(props: RowsProps & { focus: GridFocus }) {
  const { model, columns, rows, height, rowHeight, selection, canSelect } = props;
  const { words, Link } = useHost();
  const slots = useSlots(model);
  const { fact: Fact, actions: Actions } = slots;
  const open = useOpen();
  const lines = columns.filter(({ key }) => key !== model.display).slice(0, linesOf(columns.length, slots));
  return (
    <ul aria-label={words.rows(model.label)} className="relative" style={{ height }}>
      {rows.map(({ index, start, record }) => (
        <li
          key={index}
          aria-hidden={record ? undefined : true}
          aria-posinset={record ? index + 1 : undefined}
          aria-setsize={record ? (props.more ? -1 : props.count) : undefined}
          className={cn(
            "absolute inset-x-0 flex flex-wrap gap-1 overflow-hidden border-b border-line",
            record && selection.ids.has(record.id) && "bg-accent-soft",
          )}
          style={{ height: rowHeight, transform: `translateY(${start}px)` }}
        >
          {record ? (
            <>
              <Link
                to={open(model.name, record.id)}
                className={cn("min-w-0 flex-1 py-2.5 pl-4 -outline-offset-2", !canSelect && "pr-4")}
              >
                <span className="block truncate text-base font-medium">
                  <RecordName model={model} record={record} />
                </span>
                {lines.map((column) => (
                  <span key={column.key} className={TERMS}>
                    <span className="truncate text-muted">{column.label}</span>
                    <span className="truncate">
                      <RecordCell model={model} column={column} record={record} />
                    </span>
                  </span>
                ))}
                {Fact && (
                  <span className={TERMS}>
                    <span className="truncate text-muted">{Fact.label()}</span>
                    <span className="truncate">
                      <Fact.Cell record={record} />
                    </span>
                  </span>
                )}
              </Link>
              {canSelect && (
                <label className="flex w-12 shrink-0 items-start justify-center pt-3">
                  <input
                    type="checkbox"
                    aria-label={words.selectRow(titleOf(model, record))}
                    checked={selection.ids.has(record.id)}
                    onChange={() => props.onSelect(index, record, false)}
                    className="size-5 accent-accent"
                  />
                </label>
              )}
              {Actions && (
                <div className="flex h-12 w-full items-start gap-1.5 px-4">
                  <Actions.Row record={record} tabIndex={0} />
                </div>
              )}
            </>
          ) : (
            <div className="flex-1 space-y-3 px-4 py-3">
              <div className="h-4 w-2/3 rounded bg-line/70 motion-safe:animate-pulse" />
              {lines.map(({ key }) => (
                <div key={key} className="h-3 w-4/5 rounded bg-line/70 motion-safe:animate-pulse" />
              ))}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
