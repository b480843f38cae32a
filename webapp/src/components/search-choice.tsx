// One of many, found by typing in the field itself. What fits is the caller's to say, from a list or from the server.
import { Check, ChevronsUpDown } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { describedBy, FieldNotes } from "./field-notes";
import { CONTROL } from "./form";
import { type Choice, namedBy } from "./named-choice";
import { RequiredMark } from "./required-mark";

export type { Choice } from "./named-choice";

interface SearchChoiceProps {
  label: string;
  name: string;
  /** The chosen one, as it is shown while nobody types. */
  value: Choice | undefined;
  /** What fits to what is typed. */
  found: readonly Choice[];
  placeholder: string;
  /** What is said when nothing fits. */
  nothing: string;
  /** Whether `found` is what fits to the last thing that was typed; Enter waits for that. */
  isSettled?: boolean;
  help?: string;
  fault?: string;
  disabled?: boolean;
  required?: boolean;
  onSearch: (text: string) => void;
  onChange: (choice: Choice) => void;
}

export function SearchChoice(props: SearchChoiceProps) {
  const {
    label,
    name,
    value,
    found,
    placeholder,
    nothing,
    isSettled = true,
    help,
    disabled,
    required,
  } = props;
  const { onSearch, onChange } = props;
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState<string | undefined>(undefined);
  const [at, setAt] = useState(0);
  const [wantsFirst, setWantsFirst] = useState(false);
  const [unchosen, setUnchosen] = useState("");
  const refused = unchosen === "" ? undefined : unchosenText(unchosen, value);
  const fault = props.fault ?? refused;
  const open = text !== undefined;
  const chosen = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  const type = (typed: string | undefined) => {
    setText(typed);
    setAt(0);
    setWantsFirst(false);
    setUnchosen("");
    onSearch(typed?.trim() ?? "");
  };
  const pick = (choice: Choice) => {
    type(undefined);
    onChange(choice);
  };
  useEffect(() => {
    if (!wantsFirst || !isSettled) return;
    setWantsFirst(false);
    if (!chosen) {
      if (document.activeElement?.id !== id) setText(undefined);
      return;
    }
    setText(undefined);
    onSearch("");
    onChange(chosen);
  }, [wantsFirst, isSettled, chosen, id, onSearch, onChange]);
  // Who has typed the whole of one has chosen it; anything else is not taken, and that is said.
  const leave = () => {
    const typed = text?.trim() ?? "";
    // Who has pressed Enter and goes on has chosen, even if what fits is still on its way.
    if (!open || wantsFirst) return;
    const meant = isSettled ? namedBy(typed, found) : undefined;
    if (meant) return pick(meant);
    type(undefined);
    if (typed !== value?.title) setUnchosen(typed);
  };
  const walk = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") {
      if (open) setAt(Math.min(found.length - 1, at + 1));
      else type("");
    } else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter" && open && !isSettled) setWantsFirst(true);
    else if (event.key === "Enter" && open && chosen) pick(chosen);
    else if (event.key === "Escape" && open) type(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {required && <RequiredMark />}
      </label>
      <div className="relative">
        <input
          id={id}
          name={name}
          type="text"
          role="combobox"
          aria-expanded={open}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={open && chosen ? `${id}-${found.indexOf(chosen)}` : undefined}
          aria-invalid={fault !== undefined}
          aria-describedby={describedBy({ id, help, fault })}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          required={required}
          placeholder={open && value ? value.title : placeholder}
          value={text ?? value?.title ?? ""}
          onClick={() => !open && type("")}
          onChange={(event) => type(event.target.value)}
          onKeyDown={walk}
          onBlur={leave}
          className={cn(CONTROL, "pr-8")}
        />
        <ChevronsUpDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-2 size-4 -translate-y-1/2 text-muted"
        />
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          hidden={!open}
          className="thin-scroll absolute inset-x-0 top-full z-20 mt-1 max-h-64 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-lg"
        >
          {open &&
            found.map((choice, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a listbox are those of its combobox.
              <div
                key={choice.id}
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={choice === chosen}
                // The field would lose the keyboard before the click is heard.
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => pick(choice)}
                onPointerMove={() => setAt(index)}
                className={cn(
                  "flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm pointer-coarse:min-h-11",
                  choice === chosen && "bg-accent-soft",
                )}
              >
                <span className="min-w-0 flex-1">
                  <span className="block truncate">{choice.title}</span>
                  {choice.hint && <span className="block truncate text-xs text-muted">{choice.hint}</span>}
                </span>
                {choice.id === value?.id && <Check aria-hidden className="size-4 shrink-0 text-accent" />}
              </div>
            ))}
          {open && found.length === 0 && (
            <div
              role="option"
              aria-selected="false"
              aria-disabled="true"
              tabIndex={-1}
              className="px-2 py-1.5 text-sm text-muted"
            >
              {nothing}
            </div>
          )}
        </div>
      </div>
      <FieldNotes id={id} help={help} fault={fault} />
      {/* Whoever hears the screen is elsewhere by then. */}
      <span role="status" className="sr-only">
        {refused}
      </span>
    </div>
  );
}

function unchosenText(typed: string, kept: Choice | undefined): string {
  return kept
    ? t("“{{typed}}” was not chosen: {{kept}} stays.", { typed, kept: kept.title })
    : t("“{{typed}}” was not chosen: take one from the list.", { typed });
}
