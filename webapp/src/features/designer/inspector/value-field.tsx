// One value of a form that a schema describes: a control of its type, or an expression in its place.

import { Braces, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useContext, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/components/button";
import { describedBy, FieldNotes } from "@/components/field-notes";
import { CONTROL } from "@/components/form";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { looksBroken, readLoose, showLoose } from "@/lib/loose";
import type { SchemaField, Shape } from "@/lib/schema-field";
import { isText, type Variant, variantOf } from "@/lib/schema-variants";
import { hasExpression } from "../expressions/template";
import type { Path } from "../operations/operation";
import { AddName } from "./add-name";
import { ExpressionField } from "./expression-field";
import { focusField } from "./focus-field";
import { type ControlProps, type FormTarget, FormTargetContext } from "./form-target";
import { VariantControl, variantName } from "./variant-control";
import { WorkflowControl } from "./workflow-control";

interface FieldRowProps {
  field: SchemaField;
  path: Path;
  value: unknown;
}

const SMALL_BUTTON = "grid size-6 shrink-0 place-items-center rounded hover:bg-sunken pointer-coarse:size-9";

export function FieldRow({ field, path, value }: FieldRowProps) {
  const id = useId();
  const { set, problemsAt } = useContext(FormTargetContext);
  const { shape } = field;
  const problems = ownProblems(problemsAt, path, shape, value);
  const fault = problems.join("; ") || undefined;
  const mayBeExpression = mayBecomeExpression(shape, path);
  const holdsExpression = typeof value === "string" && hasExpression(value);
  const [asText, setAsText] = useState(holdsExpression || isMostlyExpression(field, path));
  // Which control it is does not follow each letter: what is typed over an expression would end in another one. A number
  // is typed the same way in both.
  const staysText = asText && shape.type !== "number" && (value === undefined || typeof value === "string");
  const isExpression = holdsExpression || (mayBeExpression && (staysText || isNoneOf(shape, value)));
  if (isExpression !== asText && value !== undefined) setAsText(isExpression);
  // Rules that are not set are many, and one line each is enough of them; parameters of a kind are what it is there for.
  const mayFold = shape.type === "fields" && path[0] !== "with" && !field.required;
  const [isOpen, setOpen] = useState(false);
  const isFolded = mayFold && value === undefined && !isOpen;
  // What an expression took the place of, and the other way round.
  const replaced = useRef<unknown>(undefined);
  const wasExpression = useRef(isExpression);
  const isPressed = useRef(false);
  useEffect(() => {
    const isOther = isExpression !== wasExpression.current;
    wasExpression.current = isExpression;
    // Typed into another control, or taken out of it, it has changed places with that, and the keyboard is nowhere.
    if (!isOther || (!isPressed.current && document.activeElement !== document.body)) return;
    isPressed.current = false;
    if (isExpression) focusExpression(id);
    else document.getElementById(id)?.focus();
  }, [isExpression, id]);
  return (
    <div className="space-y-1" data-field={path.join(".")}>
      <div className="flex min-h-5 items-baseline gap-2 text-sm">
        <label htmlFor={id} className="font-medium">
          {field.label}
        </label>
        {field.required && <span className="text-muted text-xs">{t("required")}</span>}
        <span className="ml-auto flex shrink-0 items-center gap-1 self-center">
          {shape.type === "fields" && value !== undefined && !field.required && (
            <button
              type="button"
              className={cn(SMALL_BUTTON, "text-muted")}
              aria-label={t("Remove {{name}}", { name: field.label })}
              onClick={({ currentTarget }) => {
                setOpen(false);
                set(path, undefined);
                focusSoon(currentTarget, path);
              }}
            >
              <Trash2 aria-hidden className="size-3.5" />
            </button>
          )}
          {isFolded && (
            <button
              type="button"
              className={cn(SMALL_BUTTON, "text-muted")}
              aria-expanded={false}
              aria-label={t("Set {{name}}", { name: field.label })}
              onClick={({ currentTarget }) => {
                setOpen(true);
                focusSoon(currentTarget, path);
              }}
            >
              <Plus aria-hidden className="size-4" />
            </button>
          )}
          {mayBeExpression && (
            <button
              type="button"
              aria-pressed={isExpression}
              aria-label={t("{{label}} as an expression", { label: field.label })}
              title={isExpression ? t("Back to a plain value") : t("Write an expression")}
              onClick={() => {
                const before = replaced.current;
                const isOther =
                  before !== undefined &&
                  isExpression !== (typeof before === "string" && hasExpression(before));
                if (value !== undefined) replaced.current = value;
                isPressed.current = true;
                setAsText(!isExpression);
                set(path, isOther ? before : isExpression ? undefined : "${  }");
              }}
              className={cn(
                "flex h-6 shrink-0 items-center gap-1 rounded px-1 text-xs hover:bg-sunken pointer-coarse:h-9",
                isExpression ? "bg-accent-soft text-accent" : "text-muted",
              )}
            >
              <Braces aria-hidden className="size-3.5" />
              {t("Expression")}
            </button>
          )}
        </span>
      </div>
      {!isFolded && (
        <ValueControl
          id={id}
          shape={isExpression && mayBeExpression ? { type: "text", multiline: false } : shape}
          path={path}
          value={value}
          fallback={isExpression && mayBeExpression ? "${ … }" : field.fallback}
          invalid={fault !== undefined}
          notes={describedBy({ id, help: field.help, fault })}
        />
      )}
      <FieldNotes id={id} help={field.help} fault={fault} />
    </div>
  );
}

/** The button that was pressed is gone then: one goes on in the first control of its field. */
function focusSoon(pressed: HTMLElement, path: Path): void {
  const row = pressed.closest<HTMLElement>("[data-field]");
  requestAnimationFrame(() => row && focusField(row.parentElement, path.join(".")));
}

/** Where a text can be typed, an expression can be too; elsewhere it takes the place of the control. */
function mayBecomeExpression(shape: Shape, path: Path): boolean {
  if (["text", "code", "any", "scalar"].includes(shape.type)) return false;
  if (shape.type === "variants") return !shape.variants.some(isText);
  // Rules of a node and settings of a workflow take no expression for what is more than one value.
  return path[0] === "with" || !["map", "list", "fields"].includes(shape.type);
}

/** What has to be true or false, and has no value of its own, is asked of the run: nobody decides it beforehand. */
function isMostlyExpression({ required, fallback, shape }: SchemaField, path: Path): boolean {
  return shape.type === "switch" && path[0] === "with" && required && (fallback ?? null) === null;
}

/** A text that a choice would not show. */
function isNoneOf(shape: Shape, value: unknown): boolean {
  if (typeof value !== "string") return false;
  if (shape.type === "switch") return true;
  return shape.type === "choice" && !shape.options.some((option) => option.value === value);
}

/** Between the braces that were closed for whoever opened them. */
function focusExpression(id: string): void {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLTextAreaElement)) return;
  const caret = field.value.endsWith("  }") ? field.value.length - 2 : field.value.length;
  field.focus();
  field.setSelectionRange(caret, caret);
}

/** What is said of a value, without what is said of a part of it that has a place of its own in the form. */
function ownProblems(
  problemsAt: FormTarget["problemsAt"],
  path: Path,
  shape: Shape,
  value: unknown,
): readonly string[] {
  const problems = [...problemsAt(path)];
  for (const part of partsShown(shape, value))
    for (const message of problemsAt([...path, part])) {
      const at = problems.indexOf(message);
      if (at >= 0) problems.splice(at, 1);
    }
  return problems;
}

function partsShown(shape: Shape, value: unknown): Path {
  if (shape.type === "fields") return shape.fields.map(({ name }) => name);
  if (shape.type === "map" && isRecord(value)) return Object.keys(value);
  if (shape.type === "list" && Array.isArray(value)) return [...value.keys()];
  if (shape.type !== "variants") return [];
  const variant = variantOf(shape.variants, value);
  if (variant?.within !== undefined) return [variant.within];
  return variant?.shape ? partsShown(variant.shape, value) : [];
}

/** Fields of a document that say something to people. */
const PROSE: readonly Path[number][] = ["label", "description"];

function ValueControl(props: ControlProps): ReactNode {
  const { id, shape, path, value, fallback, label, invalid, notes } = props;
  const { set, seal } = useContext(FormTargetContext);
  const hint = fallback === undefined || fallback === null ? undefined : showLoose(fallback);
  switch (shape.type) {
    case "text":
    case "code":
      if (value !== undefined && typeof value !== "string") return <LooseControl {...props} />;
      return (
        <ExpressionField
          id={id}
          label={label}
          value={value ?? ""}
          form={shape.type !== "code" ? "text" : path[0] === "with" ? "script" : "expression"}
          takesSecrets={shape.type === "text" && path[0] === "with"}
          isProse={path[0] !== "with" && PROSE.includes(path.at(-1) ?? "")}
          rows={shape.type === "code" ? 6 : shape.type === "text" && shape.multiline ? 3 : 1}
          placeholder={hint}
          invalid={invalid}
          notes={notes}
          onChange={(text) => set(path, text === "" && !props.isItem ? undefined : text)}
          onDone={seal}
        />
      );
    case "workflow":
      if (value !== undefined && typeof value !== "string") return <LooseControl {...props} />;
      return (
        <WorkflowControl
          id={id}
          label={label}
          value={value ?? ""}
          placeholder={hint}
          invalid={invalid}
          notes={notes}
          onChange={(name) => set(path, name === "" && !props.isItem ? undefined : name)}
          onDone={seal}
        />
      );
    case "switch":
      return <Chooser {...props} hint={hint} options={SWITCH} />;
    case "choice":
      return (
        <Chooser
          {...props}
          hint={hint}
          options={shape.options.map((option) => ({
            value: option.value,
            text: option.help ? `${showLoose(option.value)} · ${option.help}` : showLoose(option.value),
          }))}
        />
      );
    case "variants":
      return (
        <VariantControl
          {...props}
          hint={hint}
          variants={shape.variants}
          content={(variant, inner) => (
            <VariantContent key={variant.name} {...props} variant={variant} shape={inner} />
          )}
          asJson={(control) => <LooseControl {...props} {...control} />}
        />
      );
    case "fields":
      if (value !== undefined && !isRecord(value)) return <LooseControl {...props} />;
      return (
        <fieldset aria-label={label} className="space-y-3 border-line border-l-2 pl-3">
          {shape.fields.map((field) => (
            <FieldRow
              key={field.name}
              field={field}
              path={[...path, field.name]}
              value={isRecord(value) ? value[field.name] : undefined}
            />
          ))}
        </fieldset>
      );
    case "map":
      return <MapControl {...props} values={shape.values} />;
    case "list":
      return <ListControl {...props} items={shape.items} />;
    default:
      return <LooseControl {...props} />;
  }
}

/** Any JSON, in one field. A number is held as text until it is one. */
function LooseControl(props: ControlProps) {
  const { id, shape, path, value, fallback, label, invalid, notes, isItem = false } = props;
  const { set, seal } = useContext(FormTargetContext);
  const [text, setText] = useState(() => showLoose(value));
  const [isTyping, setTyping] = useState(false);
  useEffect(() => {
    if (!isTyping) setText(showLoose(value));
  }, [value, isTyping]);
  const isNumber = shape.type === "number";
  const read = (written: string) =>
    isNumber || shape.type === "scalar" ? readNumber(written) : readLoose(written);
  const wrong = isNumber
    ? text.trim() !== "" && typeof read(text) !== "number" && !hasExpression(text)
    : shape.type !== "scalar" && looksBroken(text);
  const hint = fallback === undefined || fallback === null ? undefined : showLoose(fallback);
  return (
    <>
      <div>
        <ExpressionField
          id={id}
          label={label}
          value={text}
          rows={1}
          takesSecrets={path[0] === "with"}
          placeholder={hint}
          invalid={invalid || wrong}
          notes={notes}
          onChange={(written) => {
            setTyping(true);
            setText(written);
            set(path, written.trim() === "" ? (isItem ? "" : undefined) : read(written));
          }}
          onDone={() => {
            setTyping(false);
            seal();
          }}
        />
      </div>
      {wrong && (
        <p className="text-bad text-xs">
          {isNumber
            ? t("Write a number, for instance 3 or 2.5.")
            : t("This is no JSON yet; it is kept as text.")}
        </p>
      )}
    </>
  );
}

function readNumber(text: string): unknown {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

const SWITCH = [
  { value: true, text: "true" },
  { value: false, text: "false" },
];

interface ChooserProps extends ControlProps {
  hint: string | undefined;
  options: readonly { value: unknown; text: string }[];
}

/** One of a few values, or none. */
function Chooser({ id, label, path, value, invalid, notes, hint, options }: ChooserProps) {
  const { set } = useContext(FormTargetContext);
  const held = value === undefined ? "" : JSON.stringify(value);
  const isOther = held !== "" && !options.some((option) => JSON.stringify(option.value) === held);
  return (
    <select
      id={id}
      aria-label={label}
      aria-invalid={invalid}
      aria-describedby={notes}
      className={CONTROL}
      value={held}
      onChange={(event) => set(path, event.target.value === "" ? undefined : JSON.parse(event.target.value))}
    >
      <option value="">{hint === undefined ? t("(not set)") : t("(not set: {{hint}})", { hint })}</option>
      {isOther && <option value={held}>{showLoose(value)}</option>}
      {options.map((option) => (
        <option key={JSON.stringify(option.value)} value={JSON.stringify(option.value)}>
          {option.text}
        </option>
      ))}
    </select>
  );
}

function VariantContent(props: ControlProps & { variant: Variant }) {
  const { id, path, value, shape, variant } = props;
  const { name, within } = variant;
  if (within !== undefined)
    return (
      <Entry
        id={`${id}-content`}
        path={[...path, within]}
        shape={shape}
        value={isRecord(value) ? value[within] : undefined}
        label={name}
      >
        {(control) => control}
      </Entry>
    );
  return (
    <ValueControl
      {...props}
      id={`${id}-content`}
      label={variantName(variant)}
      isItem={variant.start !== undefined}
    />
  );
}

interface EntryProps {
  id: string;
  path: Path;
  shape: Shape;
  value: unknown;
  label: string;
  children: (control: ReactNode) => ReactNode;
}

/** A named value or an item: what is wrong with it is said under it, and a problem leads to it. */
function Entry({ id, path, shape, value, label, children }: EntryProps) {
  const { problemsAt } = useContext(FormTargetContext);
  const fault = ownProblems(problemsAt, path, shape, value).join("; ") || undefined;
  return (
    <div data-field={path.join(".")} className="space-y-1">
      {children(
        <ValueControl
          id={id}
          label={label}
          shape={shape}
          path={path}
          isItem
          value={value}
          invalid={fault !== undefined}
          notes={describedBy({ id, help: undefined, fault })}
        />,
      )}
      <FieldNotes id={id} help={undefined} fault={fault} />
    </div>
  );
}

function MapControl({ id, path, value, values, invalid, notes }: ControlProps & { values: Shape }) {
  const { set, kept } = useContext(FormTargetContext);
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (value !== undefined && !isRecord(value))
    return (
      <LooseControl
        id={id}
        shape={{ type: "any" }}
        path={path}
        value={value}
        invalid={invalid}
        notes={notes}
      />
    );
  return (
    <div className="space-y-1.5 border-line border-l-2 pl-3">
      {entries.map(([key, each]) => (
        <Entry key={key} id={`${id}-${key}`} path={[...path, key]} shape={values} value={each} label={key}>
          {(control) => (
            <div className="space-y-1">
              <div className="flex items-center gap-1">
                <code className="min-w-0 flex-1 truncate font-mono text-xs">{key}</code>
                <Button
                  weight="quiet"
                  className="h-6 px-1"
                  aria-label={t("Remove {{name}}", { name: key })}
                  onClick={() => {
                    document.getElementById(id)?.focus();
                    set([...path, key], undefined);
                    kept.forget([...path, key]);
                  }}
                >
                  <Trash2 aria-hidden />
                </Button>
              </div>
              {control}
            </div>
          )}
        </Entry>
      ))}
      <AddName
        id={id}
        aria-invalid={invalid}
        aria-describedby={notes}
        taken={entries.map(([key]) => key)}
        onAdd={(name) => set([...path, name], "")}
      />
    </div>
  );
}

function ListControl({ id, path, value, items, invalid, notes }: ControlProps & { items: Shape }) {
  const { set, kept } = useContext(FormTargetContext);
  const keys = useItemKeys(Array.isArray(value) ? value.length : 0);
  if (value !== undefined && !Array.isArray(value))
    return (
      <LooseControl
        id={id}
        shape={{ type: "any" }}
        path={path}
        value={value}
        invalid={invalid}
        notes={notes}
      />
    );
  const list = value ?? [];
  const fresh = items.type === "fields" ? {} : "";
  return (
    <div className="space-y-1.5 border-line border-l-2 pl-3">
      {list.map((each, index) => (
        <Entry
          key={keys[index]}
          id={`${id}-${index}`}
          path={[...path, index]}
          shape={items}
          value={each}
          label={t("Item {{number}}", { number: index + 1 })}
        >
          {(control) => (
            <div className="flex items-start gap-1">
              <div className="min-w-0 flex-1">{control}</div>
              <Button
                weight="quiet"
                className="px-1"
                aria-label={t("Remove item {{number}}", { number: index + 1 })}
                onClick={() => {
                  document.getElementById(id)?.focus();
                  keys.splice(index, 1);
                  set([...path, index], undefined);
                  kept.removeItem(path, index);
                }}
              >
                <Trash2 aria-hidden />
              </Button>
            </div>
          )}
        </Entry>
      ))}
      <Button
        id={id}
        aria-describedby={notes}
        onClick={() => (value === undefined ? set(path, [fresh]) : set([...path, list.length], fresh))}
      >
        <Plus aria-hidden />
        {t("Add an item")}
      </Button>
    </div>
  );
}

/** An item has no name. What is chosen in it goes along when one before it is removed, and not when that is undone. */
function useItemKeys(count: number): number[] {
  const keys = useRef<number[]>([]).current;
  const made = useRef(0);
  while (keys.length < count) {
    keys.push(made.current);
    made.current += 1;
  }
  keys.length = count;
  return keys;
}
