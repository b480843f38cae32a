// The filters of a list: each a small button that says what it keeps, opened to change it, and one more to add another.
import { ListFilter, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/button";
import { type Column, columnsOf } from "./columns";
import { choiceText, formatValue } from "./format";
import { useHost } from "./host";
import type { Filter } from "./list-state";
import type { Field, Model } from "./manifest";
import { type Operator, operatorsOf, wordsOf } from "./operators";
import { Popover } from "./popover";
import { RelatedTitle } from "./related-title";
import { readText } from "./rules";
import { CONTROL, ValueInput } from "./value-input";

interface FilterBarProps {
  model: Model;
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
}

export function AddFilter({ model, filters, onChange }: FilterBarProps) {
  const { words } = useHost();
  const columns = filterable(model);
  if (columns.length === 0) return null;
  return (
    <Popover
      label={words.addFilter}
      panelClass="w-72 p-3"
      button={
        <>
          <ListFilter aria-hidden />
          <span className="max-md:sr-only">{words.addFilter}</span>
        </>
      }
    >
      {(close) => (
        <FilterEditor
          columns={columns}
          onApply={(filter) => {
            onChange([...filters, filter]);
            close();
          }}
        />
      )}
    </Popover>
  );
}

export function FilterChips({ model, filters, onChange }: FilterBarProps) {
  const { words } = useHost();
  const columns = filterable(model);
  if (filters.length === 0) return null;
  return (
    <ul aria-label={words.addFilter} className="flex flex-wrap items-center gap-1.5">
      {filters.map((filter, index) => {
        const column = columns.find(({ key }) => key === filter.key);
        if (!column) return null;
        const without = filters.filter((each) => each !== filter);
        return (
          <li key={`${filter.key} ${filter.operator} ${filter.value}`} className="inline-flex items-center">
            <Popover
              label={words.change}
              panelClass="w-72 p-3"
              className="max-w-72 rounded-r-none border-r-0"
              button={
                <span className="truncate font-normal">
                  <span className="text-muted">{column.label} </span>
                  <FilterWords column={column} filter={filter} />
                </span>
              }
            >
              {(close) => (
                <FilterEditor
                  columns={columns}
                  filter={filter}
                  onApply={(next) => {
                    onChange(filters.map((each, place) => (place === index ? next : each)));
                    close();
                  }}
                />
              )}
            </Popover>
            <Button
              aria-label={words.removeIt(
                `${column.label} ${wordsOf(filter.operator, column, words)} ${filter.value}`,
              )}
              className="rounded-l-none px-1.5"
              onClick={() => onChange(without)}
            >
              <X aria-hidden />
            </Button>
          </li>
        );
      })}
      <li>
        <Button weight="quiet" onClick={() => onChange([])}>
          {words.clearAll}
        </Button>
      </li>
    </ul>
  );
}

function FilterWords({ column, filter }: { column: Column; filter: Filter }) {
  const { words, manner } = useHost();
  if (filter.operator === "null") return <>{filter.value === "true" ? words.isEmpty : words.isNotEmpty}</>;
  return (
    <>
      <span className="text-muted">{wordsOf(filter.operator, column, words)} </span>
      {column.relation ? (
        <RelatedTitle target={column.relation.target} id={filter.value} />
      ) : column.type === "enum" ? (
        choiceText(column.options, filter.value)
      ) : column.type === "boolean" ? (
        filter.value === "true" ? (
          words.yes
        ) : (
          words.no
        )
      ) : (
        formatValue(column, filter.value, manner)
      )}
    </>
  );
}

interface FilterEditorProps {
  columns: Column[];
  filter?: Filter;
  onApply: (filter: Filter) => void;
}

function FilterEditor({ columns, filter, onApply }: FilterEditorProps) {
  const { words } = useHost();
  const id = useId();
  const [key, setKey] = useState(filter?.key ?? columns[0]?.key ?? "");
  const column = columns.find((each) => each.key === key) ?? columns[0];
  const [operator, setOperator] = useState<Operator | undefined>(filter?.operator);
  const [value, setValue] = useState(filter?.value ?? "");
  const [fault, setFault] = useState("");
  if (!column) return null;
  const operators = operatorsOf(column);
  const chosen = operator && operators.includes(operator) ? operator : (operators[0] ?? "eq");
  const isChoice = chosen === "null" || column.type === "boolean";
  const present = isChoice && value !== "false" ? "true" : value;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The form that the list may stand in is not meant.
    event.stopPropagation();
    const problem = valueFault(column, chosen, present);
    if (problem) setFault(problem);
    else onApply({ key: column.key, operator: chosen, value: sendable(column, present) });
  };
  return (
    <form onSubmit={submit} className="space-y-2.5" noValidate>
      <label className="block space-y-1">
        <span className="text-xs font-medium text-muted">{words.field}</span>
        <select
          data-first
          className={CONTROL}
          value={column.key}
          onChange={(event) => {
            setKey(event.target.value);
            setValue("");
            setFault("");
          }}
        >
          {columns.map((each) => (
            <option key={each.key} value={each.key}>
              {each.label}
            </option>
          ))}
        </select>
      </label>
      <label className="block space-y-1">
        <span className="text-xs font-medium text-muted">{words.comparison}</span>
        <select
          className={CONTROL}
          value={chosen}
          onChange={(event) => setOperator(event.target.value as Operator)}
        >
          {operators.map((each) => (
            <option key={each} value={each}>
              {wordsOf(each, column, words)}
            </option>
          ))}
        </select>
      </label>
      <div className="space-y-1">
        <label htmlFor={id} className="text-xs font-medium text-muted">
          {words.value}
        </label>
        {chosen === "null" ? (
          <select
            id={id}
            className={CONTROL}
            value={present}
            onChange={(event) => setValue(event.target.value)}
          >
            <option value="true">{words.yes}</option>
            <option value="false">{words.no}</option>
          </select>
        ) : (
          <ValueInput id={id} column={column} value={present} onChange={setValue} />
        )}
        {fault && (
          <p role="alert" className="text-xs text-bad first-letter:uppercase">
            {words.fault(fault)}
          </p>
        )}
      </div>
      <Button type="submit" weight="primary" className="w-full">
        {words.apply}
      </Button>
    </form>
  );
}

function filterable(model: Model): Column[] {
  return columnsOf(model).filter((column) => column.filter && operatorsOf(column).length > 0);
}

/** What the server would refuse is told here; bounds are no matter, for any value can be compared with. */
function valueFault(column: Column, operator: Operator, value: string): string | null {
  if (value === "") return "is required";
  if (operator === "null" || column.relation || operator === "contains") return null;
  const { scale } = column.options;
  const options = column.type === "enum" ? column.options : { scale };
  const outcome = readText({ type: column.type, options, required: true } as Field, value);
  return "fault" in outcome ? outcome.fault : null;
}

function sendable(column: Column, value: string): string {
  return column.type === "decimal" ? value.trim().replace(",", ".") : value;
}
