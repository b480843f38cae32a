// Picks one or many records of another model by searching in its texts: a combobox with the chosen ones before it.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { cn } from "@/lib/cn";
import { useHost } from "./host";
import type { Model } from "./manifest";
import { pageQuery } from "./queries";
import { useTitle } from "./related-title";
import { titleOf } from "./titles";
import { CONTROL } from "./value-input";

interface RelationPickerProps {
  id: string;
  target: Model;
  many: boolean;
  chosen: string[];
  onChange: (ids: string[]) => void;
  invalid?: boolean;
  describedBy?: string;
}

const OFFERED = 20;
const PAUSE_MS = 150;

export function RelationPicker({
  id,
  target,
  many,
  chosen,
  onChange,
  invalid,
  describedBy,
}: RelationPickerProps) {
  const { client, words } = useHost();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  /** Enter was pressed while what fits was still on its way. */
  const [wantsFirst, setWantsFirst] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const q = useDelayed(text.trim(), PAUSE_MS);
  const query = new URLSearchParams({ limit: String(OFFERED), ...(q !== "" && { q }) }).toString();
  const found = useQuery({
    ...pageQuery(client, target, query, null),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const offered = (found.data?.items ?? []).filter((record) => !chosen.includes(record.id));
  const current = Math.min(active, Math.max(0, offered.length - 1));
  // What is shown until then fits to something that was typed before.
  const isSettled = q === text.trim() && !found.isPending && !found.isPlaceholderData;
  const shut = () => {
    setOpen(false);
    setText("");
    setWantsFirst(false);
  };
  const choose = (index: number) => {
    const record = offered[index];
    if (!record) return;
    onChange(many ? [...chosen, record.id] : [record.id]);
    setActive(0);
    shut();
  };
  useEffect(() => {
    if (!wantsFirst || !isSettled) return;
    setWantsFirst(false);
    if (offered.length > 0) choose(0);
    else if (document.activeElement !== input.current) shut();
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Backspace" && text === "" && chosen.length > 0) onChange(chosen.slice(0, -1));
    else if (event.key === "Escape" && open) {
      event.stopPropagation();
      shut();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) setOpen(true);
      else
        setActive(Math.max(0, Math.min(offered.length - 1, active + (event.key === "ArrowDown" ? 1 : -1))));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      if (isSettled) choose(current);
      else setWantsFirst(true);
    }
  };
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a click beside the input means the input. */}
      <div
        className={cn(
          CONTROL,
          "flex flex-wrap items-center gap-1 py-1 has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-2 has-[input:focus-visible]:outline-accent",
          invalid && "border-bad",
        )}
        onClick={() => input.current?.focus()}
      >
        {chosen.map((each) => (
          <Chip
            key={each}
            target={target}
            id={each}
            onRemove={() => {
              onChange(chosen.filter((other) => other !== each));
              input.current?.focus();
            }}
          />
        ))}
        <input
          ref={input}
          id={id}
          role="combobox"
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && offered.length > 0 ? `${listId}-${current}` : undefined}
          aria-invalid={invalid}
          aria-describedby={describedBy}
          autoComplete="off"
          placeholder={chosen.length === 0 ? words.pick(target.label) : ""}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setOpen(true);
            setActive(0);
            setWantsFirst(false);
          }}
          onClick={() => setOpen(true)}
          // Who has pressed Enter and goes on has chosen, even if what fits is still on its way.
          onBlur={() => !wantsFirst && shut()}
          onKeyDown={onKeyDown}
          className="min-w-24 flex-1 bg-transparent py-0.5 outline-none placeholder:text-muted"
        />
      </div>
      <div
        hidden={!open}
        className="absolute inset-x-0 top-full z-40 mt-1 max-h-60 overflow-y-auto rounded-md border border-line-strong bg-raised p-1 shadow-xl thin-scroll"
      >
        <div id={listId} role="listbox" aria-label={target.label}>
          {offered.map((record, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the input keeps the focus and hears the keys.
            <div
              key={record.id}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === current}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(index)}
              className={cn(
                "cursor-pointer truncate rounded px-2 py-1.5 text-sm pointer-coarse:py-2.5",
                index === current ? "bg-accent-soft" : "hover:bg-sunken",
              )}
            >
              {titleOf(target, record)}
            </div>
          ))}
        </div>
        {offered.length === 0 && (
          <p className="px-2 py-1.5 text-sm text-muted">
            {found.isFetching ? words.loading : words.nothingFound}
          </p>
        )}
      </div>
    </div>
  );
}

function Chip({ target, id, onRemove }: { target: Model; id: string; onRemove: () => void }) {
  const { words } = useHost();
  const title = useTitle(target, id);
  return (
    <span className="inline-flex max-w-full items-center rounded bg-accent-soft py-px pl-2 text-sm text-accent">
      <span className="truncate">{title}</span>
      <button
        type="button"
        aria-label={words.removeIt(title)}
        onClick={(event) => {
          event.stopPropagation();
          onRemove();
        }}
        className="rounded p-1 hover:bg-accent/15 pointer-coarse:p-2"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}

function useDelayed<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return late;
}
