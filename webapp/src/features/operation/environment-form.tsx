// The form for an environment: a row for each variable, which holds a value or names the secret that does.
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useMay } from "@/api/profile";
import { listSecretNames } from "@/api/secret-names";
import type { ApplicationEnvironment } from "@/api/types";
import type { Versioned } from "@/api/versioned";
import { Button } from "@/components/button";
import { describedBy, FieldNotes } from "@/components/field-notes";
import { CONTROL, Form, FormFailure, SubmitButton } from "@/components/form";
import { type Facts, useOutdated } from "@/components/opened";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { useTyped, useUnsaved } from "@/lib/unsaved";
import { useUpdateEnvironment } from "./api/update-environment";
import {
  faultsOf,
  type Held,
  pasted,
  type Row,
  type RowFaults,
  rowsOf,
  sent,
  switched,
  textOf,
  withPasted,
} from "./environment-rows";

type Kept = Versioned<ApplicationEnvironment>;

/** As many as the API takes. */
const MOST = 100;

interface FormProps {
  id: string;
  opened: Kept;
  query: UseQueryResult<Kept>;
  onTheirs: (theirs: Kept) => void;
  onEnd: (isSaved: boolean) => void;
}

export function EnvironmentForm({ id, opened, query, onTheirs, onEnd }: FormProps) {
  const [rows, setRows] = useState(() => withOne(rowsOf(opened.value)));
  /** As they were when they were sent: what the API objects to counts these. */
  const [asked, setAsked] = useState<readonly Row[]>([]);
  const made = useRef(0);
  const list = useRef<HTMLUListElement>(null);
  const update = useUpdateEnvironment(id);
  const { etag, outdated } = useOutdated({ opened, query, change: update, factsOf, onTheirs });
  const names = useId();
  const mayRead = useMay("secrets:read");
  const secrets = useQuery({ ...listSecretNames, enabled: mayRead });
  const isChanged = !update.isSuccess && !sameJson(sent(rows), opened.value);
  useUnsaved(isChanged);
  // Rows that were taken out, too, of which a form sees no typing.
  useTyped(isChanged && !update.isPending);
  const faults = faultsOf(update.error, asked);
  const fresh = (name = "", text = ""): Row => {
    made.current += 1;
    return { key: `new-${made.current}`, name, held: "value", text };
  };
  const change = (key: string, part: Partial<Row>) =>
    setRows((all) => all.map((row) => (row.key === key ? { ...row, ...part } : row)));
  /** A file of such lines, pasted into a name, fills as many rows. */
  const paste = (row: Row, text: string): boolean => {
    const lines = row.name === "" && row.text === "" ? pasted(text) : undefined;
    if (!lines) return false;
    // The first line takes the row itself, which has the keyboard.
    const read = lines.map(
      (line, at): Row => (at === 0 ? { ...row, ...line, held: "value" } : fresh(line.name, line.text)),
    );
    setRows((all) => withPasted(all, row.key, read, MOST));
    return true;
  };
  // Drawn at once, so that the keyboard goes along: to what was added, and from what is gone to what stands there now.
  const add = () => {
    flushSync(() => setRows((all) => [...all, fresh()]));
    list.current?.lastElementChild?.querySelector("input")?.focus();
  };
  const remove = (key: string, index: number) => {
    flushSync(() => setRows((all) => all.filter((row) => row.key !== key)));
    const left = list.current?.children;
    const next = left?.item(Math.min(index, left.length - 1))?.querySelector("button");
    (next ?? list.current?.parentElement?.querySelector<HTMLElement>("[data-add]"))?.focus();
  };
  return (
    <Form
      label={t("Environment")}
      fields={["variables"]}
      failure={update.error}
      busy={update.isPending}
      onSubmit={() => {
        setAsked(rows);
        update.mutate({ etag, body: sent(rows) }, { onSuccess: () => onEnd(true) });
      }}
    >
      <ul ref={list} className="space-y-3">
        {rows.map((row, index) => (
          <Fields
            key={row.key}
            row={row}
            turn={index + 1}
            faults={faults.rows[row.key] ?? {}}
            names={names}
            onChange={(part) => change(row.key, part)}
            onPaste={(text) => paste(row, text)}
            onRemove={() => remove(row.key, index)}
          />
        ))}
      </ul>
      <datalist id={names}>
        {secrets.data?.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Button data-add disabled={rows.length >= MOST} onClick={add}>
        <Plus aria-hidden />
        {t("Add a variable")}
      </Button>
      {faults.others.map((fault) => (
        <p key={fault} role="alert" className="text-sm text-bad first-letter:uppercase">
          {fault}
        </p>
      ))}
      {outdated ?? <FormFailure title={t("The environment was not changed")} />}
      <div className="flex flex-wrap gap-2">
        <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
        <Button onClick={() => onEnd(false)}>{t("Cancel")}</Button>
      </div>
    </Form>
  );
}

/** Whoever begins has a row to type into. */
function withOne(rows: Row[]): Row[] {
  return rows.length > 0 ? rows : [{ key: "first", name: "", held: "value", text: "" }];
}

interface FieldsProps {
  row: Row;
  turn: number;
  faults: RowFaults;
  /** The list of secrets. */
  names: string;
  onChange: (part: Partial<Row>) => void;
  onPaste: (text: string) => boolean;
  onRemove: () => void;
}

function Fields({ row, turn, faults, names, onChange, onPaste, onRemove }: FieldsProps) {
  const id = useId();
  const isSecret = row.held === "secret";
  const text = {
    id: `${id}-text`,
    className: cn(CONTROL, "font-mono"),
    value: row.text,
    spellCheck: false,
    autoComplete: "off",
    "aria-label": isSecret
      ? t("Secret of variable {{turn}}", { turn })
      : t("Value of variable {{turn}}", { turn }),
    "aria-invalid": faults.text !== undefined,
    "aria-describedby": describedBy({ id: `${id}-text`, fault: faults.text }),
  };
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[minmax(0,2fr)_8rem_minmax(0,3fr)_auto]">
      <div className="space-y-1">
        <input
          id={id}
          className={cn(CONTROL, "font-mono")}
          value={row.name}
          placeholder={t("Name")}
          maxLength={128}
          spellCheck={false}
          autoComplete="off"
          aria-label={t("Name of variable {{turn}}", { turn })}
          aria-invalid={faults.name !== undefined}
          aria-describedby={describedBy({ id, fault: faults.name })}
          onPaste={(event) => {
            if (onPaste(event.clipboardData.getData("text"))) event.preventDefault();
          }}
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <FieldNotes id={id} fault={faults.name} />
      </div>
      <select
        className={cn(CONTROL, "max-sm:col-span-2")}
        value={row.held}
        aria-label={t("What variable {{turn}} holds", { turn })}
        onChange={(event) => onChange(switched(row, event.target.value as Held))}
      >
        <option value="value">{t("Value")}</option>
        <option value="secret">{t("Secret")}</option>
      </select>
      <div className="space-y-1 max-sm:col-span-2">
        {isSecret ? (
          <input
            {...text}
            list={names}
            placeholder={t("Its name")}
            maxLength={97}
            onChange={(event) => onChange({ text: event.target.value })}
          />
        ) : (
          <textarea
            {...text}
            rows={row.text.includes("\n") ? 3 : 1}
            maxLength={8192}
            onChange={(event) => onChange({ text: event.target.value })}
          />
        )}
        <FieldNotes id={`${id}-text`} fault={faults.text} />
      </div>
      <Button weight="quiet" className="max-sm:col-start-2 max-sm:row-start-1" onClick={onRemove}>
        <Trash2 aria-hidden />
        <span className="sr-only">{t("Remove variable {{turn}}", { turn })}</span>
      </Button>
    </li>
  );
}

function factsOf({ value }: Kept): Facts {
  return value.variables.map((variable) => [
    variable.name,
    variable.secret === undefined
      ? textOf(variable)
      : t("from the secret {{name}}", { name: variable.secret }),
  ]);
}
