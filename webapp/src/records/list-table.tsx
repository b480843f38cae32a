// The list as a table: a head that stays, columns of fixed widths, and one row for each record in sight.
import { ArrowDown, ArrowUp } from "lucide-react";
import { type MouseEvent, memo } from "react";
import { cn } from "@/lib/cn";
import { type Column, isNumeric, widthsIn } from "./columns";
import { useHost, useOpen } from "./host";
import type { GridFocus, RowsProps } from "./list-body";
import type { Model, RecordData } from "./manifest";
import { RecordCell, RecordName, useSlots } from "./slots";
import { titleOf } from "./titles";

interface ListTableProps extends RowsProps {
  focus: GridFocus;
  /** How wide the list is, in rem. */
  room: number;
  sort: string | null;
  onSort: (key: string) => void;
}

const CHECK_REM = 3;
/** What takes the mouse and the keyboard for itself, also in a dialog that a row has opened. */
export const CONTROLS = "a, input, button, label, select, textarea, dialog";
const HEAD =
  "sticky top-0 z-10 h-10 border-b border-line bg-page px-3 first:pl-5 text-left text-xs font-medium text-muted";

export function ListTable(props: ListTableProps) {
  const { model, columns, rows, height, rowHeight, canSelect, selection, focus } = props;
  const { words } = useHost();
  const slots = useSlots(model);
  const own = [slots.fact, slots.actions].filter((slot) => slot !== undefined);
  const fixed = own.reduce((sum, { rem }) => sum + rem, canSelect ? CHECK_REM : 0);
  const widths = widthsIn(columns, props.room - fixed);
  const least = widths.reduce((sum, width) => sum + width, fixed);
  const above = rows[0]?.start ?? 0;
  const below = height - above - rows.length * rowHeight;
  const span = columns.length + own.length + (canSelect ? 1 : 0);
  const isEverySelected = selection.ids.size > 0 && selection.ids.size >= props.count;
  return (
    <table
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are moved through and chosen by keyboard.
      role="grid"
      aria-label={words.rows(model.label)}
      aria-description={words.keys}
      aria-rowcount={props.more ? -1 : props.count + 1}
      aria-multiselectable={canSelect}
      className="w-full table-fixed border-separate border-spacing-0 text-sm outline-none"
      style={{ minWidth: `${least}rem` }}
      {...focus}
    >
      <colgroup>
        {canSelect && <col style={{ width: `${CHECK_REM}rem` }} />}
        {columns.map((column, index) => (
          <col key={column.key} style={{ width: `${widths[index]}rem` }} />
        ))}
        {own.map(({ rem }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are two at most, always in this order.
          <col key={index} style={{ width: `${rem}rem` }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {canSelect && (
            <th scope="col" className={cn(HEAD, "pr-0")}>
              <input
                type="checkbox"
                aria-label={words.selectAll}
                checked={isEverySelected}
                ref={(box) => {
                  if (box) box.indeterminate = selection.ids.size > 0 && !isEverySelected;
                }}
                onChange={props.onSelectAll}
                className="block size-4 accent-accent"
              />
            </th>
          )}
          {columns.map((column) => (
            <Head key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
          ))}
          {slots.fact && (
            <th scope="col" className={HEAD}>
              <span className="block truncate">{slots.fact.label()}</span>
            </th>
          )}
          {slots.actions && (
            <th scope="col" className={cn(HEAD, "right-0 z-20")}>
              <span className="sr-only">{slots.actions.label()}</span>
            </th>
          )}
        </tr>
      </thead>
      <Gap height={above} span={span} />
      <tbody>
        {rows.map(({ index, record }) =>
          record ? (
            <Row
              key={record.id}
              id={props.idOf(index)}
              index={index}
              model={model}
              record={record}
              columns={columns}
              isActive={props.hasFocus && index === props.active}
              isSelected={selection.ids.has(record.id)}
              canSelect={canSelect}
              onSelect={props.onSelect}
              onActivate={props.onActivate}
            />
          ) : (
            <tr key={`wait-${index}`} className="h-10">
              {Array.from({ length: span }, (_, place) => `${index}-${place}`).map((key, place) => (
                <td key={key} className="border-b border-line px-3 first:pl-5">
                  <div
                    className={cn(
                      "h-3 rounded bg-line/70 motion-safe:animate-pulse",
                      place === 0 && canSelect ? "w-4" : place % 2 ? "w-4/5" : "w-3/5",
                    )}
                  />
                </td>
              ))}
            </tr>
          ),
        )}
      </tbody>
      <Gap height={below} span={span} />
    </table>
  );
}

/** Holds the height of the rows that are out of sight. */
function Gap({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tbody aria-hidden="true">
      <tr>
        <td colSpan={span} className="p-0" style={{ height }} />
      </tr>
    </tbody>
  );
}

function Head({
  column,
  sort,
  onSort,
}: {
  column: Column;
  sort: string | null;
  onSort: (key: string) => void;
}) {
  const direction = sort === column.key ? "ascending" : sort === `-${column.key}` ? "descending" : undefined;
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={direction} className={cn(HEAD, isNumeric(column) && "text-right")}>
      {column.sort ? (
        <button
          type="button"
          onClick={() => onSort(column.key)}
          className={cn(
            "inline-flex max-w-full items-center gap-1 hover:text-ink",
            isNumeric(column) && "flex-row-reverse",
            direction && "text-ink",
          )}
        >
          <span className="truncate">{column.label}</span>
          {direction && <Arrow aria-hidden className="size-3.5 shrink-0" />}
        </button>
      ) : (
        <span className="block truncate">{column.label}</span>
      )}
    </th>
  );
}

interface RowProps {
  id: string;
  index: number;
  model: Model;
  record: RecordData;
  columns: Column[];
  isActive: boolean;
  isSelected: boolean;
  canSelect: boolean;
  onSelect: RowsProps["onSelect"];
  onActivate: RowsProps["onActivate"];
}

function PlainRow({
  id,
  index,
  model,
  record,
  columns,
  isActive,
  isSelected,
  canSelect,
  onSelect,
  onActivate,
}: RowProps) {
  const { words, Link, go } = useHost();
  const { fact: Fact, actions: Actions } = useSlots(model);
  const to = useOpen()(model.name, record.id);
  const title = titleOf(model, record);
  const onClick = (event: MouseEvent) => {
    onActivate(index);
    if (event.target instanceof Element && event.target.closest(CONTROLS)) return;
    // Who marks a text to copy it does not want to leave.
    if (window.getSelection()?.toString()) return;
    go(to);
  };
  return (
    <tr
      id={id}
      aria-rowindex={index + 2}
      aria-selected={canSelect ? isSelected : undefined}
      onClick={onClick}
      className={cn(
        "group h-10 cursor-pointer",
        isSelected ? "bg-accent-soft" : "hover:bg-canvas",
        isActive && "outline-2 -outline-offset-2 outline-accent",
      )}
    >
      {canSelect && (
        <td className="border-b border-line pl-5">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={words.selectRow(title)}
            checked={isSelected}
            onChange={(event) => {
              const { nativeEvent } = event;
              onSelect(index, record, nativeEvent instanceof window.MouseEvent && nativeEvent.shiftKey);
            }}
            className="block size-4 accent-accent"
          />
        </td>
      )}
      {columns.map((column, place) => (
        <td
          key={column.key}
          className={cn("truncate border-b border-line px-3 first:pl-5", isNumeric(column) && "text-right")}
        >
          {place === 0 ? (
            <Link to={to} tabIndex={-1} className="font-medium hover:underline">
              {column.key === model.display ? (
                <RecordName model={model} record={record} />
              ) : (
                <RecordCell model={model} column={column} record={record} />
              )}
            </Link>
          ) : (
            <RecordCell model={model} column={column} record={record} />
          )}
        </td>
      ))}
      {Fact && (
        <td className="truncate border-b border-line px-3">
          <Fact.Cell record={record} />
        </td>
      )}
      {Actions && (
        // Stays in sight where the columns need more room than there is.
        <td
          className={cn(
            "sticky right-0 border-b border-line px-3 py-0",
            isSelected ? "bg-accent-soft" : "bg-page group-hover:bg-canvas",
          )}
        >
          <div className="flex justify-end gap-1.5">
            <Actions.Row record={record} tabIndex={isActive ? 0 : -1} />
          </div>
        </td>
      )}
    </tr>
  );
}

/** Rows that stay in sight while others come are not drawn again; what is done to one is always done to its present list. */
const Row = memo(PlainRow, (before, after) =>
  (["id", "record", "columns", "isActive", "isSelected", "canSelect", "model"] as const).every(
    (key) => before[key] === after[key],
  ),
);
