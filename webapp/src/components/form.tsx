// A form that says at each field what is wrong with it, before it is sent and when the API objects, leads there, and waits when
// the API asks for patience.

import {
  createContext,
  type FormEvent,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { ApiFailure } from "@/api/failure";
import { cn } from "@/lib/cn";
import { fieldErrors } from "@/lib/form-errors";
import { t } from "@/lib/i18n";
import { useNow } from "@/lib/now";
import { ownFaults } from "@/lib/own-faults";
import { useTyped, useUnsaved } from "@/lib/unsaved";
import { Button } from "./button";
import { FailureNotice } from "./failure-notice";
import { FailureText } from "./failure-text";
import { describedBy, FieldNotes } from "./field-notes";
import { RequiredMark } from "./required-mark";
import { useHeld } from "./use-held";

export const CONTROL =
  "min-h-8 w-full rounded-md border border-line-strong bg-page px-2.5 py-1 text-sm leading-5.5 placeholder:text-muted aria-invalid:border-bad [&[readonly]]:bg-sunken max-md:py-2 max-md:text-field";

interface FormState {
  /** By field, what stands at it. */
  errors: Record<string, string>;
  /** The API has said at fields what it objects to. */
  isSaidAtFields: boolean;
  failure: unknown;
  busy: boolean;
  /** For so many seconds the API hears nothing more. */
  blockedFor: number;
}

const FormContext = createContext<FormState>({
  errors: {},
  isSaidAtFields: false,
  failure: null,
  busy: false,
  blockedFor: 0,
});

interface FormProps {
  /** The names of its fields, as the API calls them. */
  fields: readonly string[];
  failure: unknown;
  busy: boolean;
  /** It can't be sent yet, since something that it takes is still being read. */
  waits?: boolean;
  label?: string;
  className?: string;
  onSubmit: (values: Record<string, string>, form: HTMLFormElement) => void;
  children: ReactNode;
}

export function Form(props: FormProps) {
  const { fields, failure, waits = false, label, className, onSubmit, children } = props;
  const busy = props.busy || waits;
  const form = useRef<HTMLFormElement>(null);
  // First of its effects: where something is refused, its field is where the keyboard goes in the end.
  useHeld(form, props.busy);
  const [own, setOwn] = useState<Record<string, string>>({});
  const [attempts, setAttempts] = useState(0);
  const refused = useMemo(
    () => (failure instanceof ApiFailure ? fieldErrors(failure.details, fields).errors : {}),
    [failure, fields],
  );
  useEffect(() => {
    if (failure === null && attempts === 0) return;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [failure, attempts]);
  const blockedFor = usePatience(failure);
  const { touch, untouch } = useTouched(props.busy, failure);
  return (
    <form
      ref={form}
      noValidate
      onInput={(event) => {
        touch(event);
        setOwn((before) => without(before, event.target));
      }}
      onReset={untouch}
      aria-label={label}
      className={cn("space-y-4", className)}
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || blockedFor > 0) return;
        const faults = ownFaults(event.currentTarget);
        setOwn(faults);
        if (Object.keys(faults).length > 0) setAttempts((before) => before + 1);
        else onSubmit(valuesOf(event.currentTarget), event.currentTarget);
      }}
    >
      <FormContext
        value={{
          errors: { ...refused, ...own },
          isSaidAtFields: Object.keys(refused).length > 0,
          failure,
          busy,
          blockedFor,
        }}
      >
        {children}
      </FormContext>
    </form>
  );
}

/** A fault is over as soon as somebody works on it. */
function without(faults: Record<string, string>, target: EventTarget): Record<string, string> {
  const name = "name" in target && typeof target.name === "string" ? target.name : "";
  if (faults[name] === undefined) return faults;
  const { [name]: _gone, ...rest } = faults;
  return rest;
}

function valuesOf(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) if (typeof value === "string") values[name] = value;
  return values;
}

/** Empties a form after what was sent was taken, unless somebody has typed on in it meanwhile. */
export function beginAnew(form: HTMLFormElement, sent: Record<string, string>): void {
  const now = valuesOf(form);
  const names = Object.keys({ ...now, ...sent });
  if (names.every((name) => (now[name] ?? "") === (sent[name] ?? ""))) form.reset();
}

interface Touched {
  isTouched: boolean;
  /** By somebody, and not by their browser. */
  isTyped: boolean;
}

const UNTOUCHED: Touched = { isTouched: false, isTyped: false };

/** What was typed is not saved until it was sent and taken. Who leaves is asked only for what nobody fills in for them. */
function useTouched(busy: boolean, failure: unknown) {
  const [touched, setTouched] = useState(UNTOUCHED);
  /** Since it was sent: that is not taken with it. */
  const [meanwhile, setMeanwhile] = useState(UNTOUCHED);
  const [wasBusy, setWasBusy] = useState(busy);
  if (wasBusy !== busy) {
    setWasBusy(busy);
    if (busy) setMeanwhile(UNTOUCHED);
    else if (failure === null || failure === undefined) setTouched(meanwhile);
  }
  useUnsaved(touched.isTouched);
  // What is on its way is not asked about: the answer may lead to another page.
  useTyped(touched.isTyped && !busy);
  return {
    touch: ({ target }: FormEvent) => {
      const more = ({ isTyped }: Touched) => ({ isTouched: true, isTyped: isTyped || !isFilledIn(target) });
      setTouched(more);
      setMeanwhile(more);
    },
    untouch: () => {
      setTouched(UNTOUCHED);
      setMeanwhile(UNTOUCHED);
    },
  };
}

/** Browsers fill in passwords, and the addresses beside them, as soon as a page is shown. */
function isFilledIn(target: EventTarget): boolean {
  return target instanceof HTMLInputElement && (target.type === "password" || target.matches(":autofill"));
}

/** How many seconds are left until the API takes another attempt. */
function usePatience(failure: unknown): number {
  const now = useNow(1_000);
  const [until, setUntil] = useState(0);
  useEffect(() => {
    const seconds = failure instanceof ApiFailure ? failure.retryAfter : undefined;
    setUntil(seconds === undefined ? 0 : Date.now() + seconds * 1_000);
  }, [failure]);
  return Math.max(0, Math.ceil((until - now) / 1_000));
}

interface FieldFrame {
  name: string;
  label: string;
  help?: ReactNode;
}

/** What is wrong with a field of the form around it. */
export function useFieldFault(name: string): string | undefined {
  return useContext(FormContext).errors[name];
}

function useField({ name, help }: Pick<FieldFrame, "name" | "help">) {
  const id = useId();
  const error = useFieldFault(name);
  const notes = describedBy({ id, help, fault: error });
  return { id, error, control: { id, name, "aria-invalid": error !== undefined, "aria-describedby": notes } };
}

function Frame({
  id,
  label,
  required,
  help,
  error,
  children,
}: Omit<FieldFrame, "name"> & {
  id: string;
  required: boolean | undefined;
  error: string | undefined;
  children: ReactNode;
}) {
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {required && <RequiredMark />}
      </label>
      {children}
      <FieldNotes id={id} help={help} fault={error} />
    </div>
  );
}

type TextFieldProps = FieldFrame &
  Omit<InputHTMLAttributes<HTMLInputElement>, "name" | "title"> & {
    /** What fits its pattern, for people. */
    takes?: string;
  };

export function TextField({ name, label, help, takes, className, ...input }: TextFieldProps) {
  const { id, error, control } = useField({ name, help });
  return (
    <Frame id={id} label={label} required={input.required} help={help} error={error}>
      <input type="text" {...input} {...control} data-takes={takes} className={cn(CONTROL, className)} />
    </Frame>
  );
}

type ChoiceFieldProps = FieldFrame & Omit<SelectHTMLAttributes<HTMLSelectElement>, "name">;

export function ChoiceField({ name, label, help, className, ...select }: ChoiceFieldProps) {
  const { id, error, control } = useField({ name, help });
  return (
    <Frame id={id} label={label} required={select.required} help={help} error={error}>
      <select {...select} {...control} className={cn(CONTROL, className)} />
    </Frame>
  );
}

/** What one field that is more than an input has to say about its mistake. */
export function FieldError({ name }: { name: string }) {
  const error = useFieldFault(name);
  if (error === undefined) return null;
  return (
    <p role="alert" className="text-xs text-bad first-letter:uppercase">
      {error}
    </p>
  );
}

/** What went wrong and is about no single field. */
export function FormFailure({ title }: { title: string }) {
  const { failure, isSaidAtFields } = useContext(FormContext);
  if (failure === null || failure === undefined) return null;
  if (failure instanceof ApiFailure && failure.status >= 400 && failure.status < 500) {
    if (isSaidAtFields) return null;
    if (failure.details.length === 0) {
      return (
        <p role="alert" className="rounded-md border border-bad/30 bg-bad-soft px-3 py-2 text-sm">
          <FailureText failure={failure} />
        </p>
      );
    }
  }
  return <FailureNotice failure={failure} title={title} />;
}

export function SubmitButton({
  children,
  busy: busyText,
  className,
}: {
  children: ReactNode;
  busy: string;
  className?: string;
}) {
  const { busy, blockedFor } = useContext(FormContext);
  return (
    <Button type="submit" weight="primary" className={className} disabled={busy || blockedFor > 0}>
      {blockedFor > 0 ? t("Try again in {{seconds}} s", { seconds: blockedFor }) : busy ? busyText : children}
    </Button>
  );
}
