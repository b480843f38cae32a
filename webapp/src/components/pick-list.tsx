// Choosing one of many by typing: what the palette of nodes, that of commands and the choice of a target have in common.
import { Search } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { cn } from "@/lib/cn";
import { type Pickable, pickFrom } from "@/lib/pick";

export interface PickItem extends Pickable {
  icon?: ReactNode;
  /** How it is done without this list. */
  shortcut?: string;
}

interface PickListProps {
  label: string;
  placeholder: string;
  items: readonly PickItem[];
  /** What is said when nothing fits. */
  nothing: string;
  /** What is typed, for who looks elsewhere, too. */
  onText?: (text: string) => void;
  onPick: (item: PickItem) => void;
  onClose: () => void;
}

export function PickList({ label, placeholder, items, nothing, onText, onPick, onClose }: PickListProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(() => pickFrom(items, text), [items, text]);
  const chosen = found[Math.min(at, found.length - 1)];
  // Closed while it still is in the page: only then does the browser give the keyboard back to whoever had it.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  useEffect(() => {
    const option = chosen && list.current?.querySelector(`[data-option="${CSS.escape(chosen.id)}"]`);
    option?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const walk = (event: KeyboardEvent) => {
    const last = found.length - 1;
    if (event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey)) setAt(Math.min(last, at + 1));
    else if (event.key === "ArrowUp" || event.key === "Tab") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter" && chosen) onPick(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
      className="mx-auto mt-[10vh] mb-auto w-[min(34rem,calc(100vw-1.5rem))] rounded-xl border border-line bg-raised p-0 text-ink shadow-2xl backdrop:bg-black/30"
    >
      <label className="relative block border-b border-line">
        <span className="sr-only">{label}</span>
        <Search aria-hidden className="absolute top-1/2 left-3.5 size-4 -translate-y-1/2 text-muted" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen ? `${id}-${found.indexOf(chosen)}` : undefined}
          autoComplete="off"
          spellCheck={false}
          value={text}
          placeholder={placeholder}
          onChange={(event) => {
            setText(event.target.value);
            onText?.(event.target.value);
            setAt(0);
          }}
          onKeyDown={walk}
          className="h-12 w-full bg-transparent pr-3 pl-10 text-base outline-none placeholder:text-muted max-md:text-field"
        />
      </label>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className="thin-scroll max-h-[min(24rem,60vh)] overflow-y-auto p-1.5"
      >
        {found.map((item, index) => (
          <Option
            key={item.id}
            id={`${id}-${index}`}
            item={item}
            isChosen={item === chosen}
            heading={item.group !== found[index - 1]?.group ? item.group : undefined}
            onPick={() => onPick(item)}
            onHover={() => setAt(index)}
          />
        ))}
      </div>
      {found.length === 0 && <p className="px-4 pb-4 text-sm text-muted">{nothing}</p>}
    </dialog>
  );
}

interface OptionProps {
  id: string;
  item: PickItem;
  isChosen: boolean;
  heading: string | undefined;
  onPick: () => void;
  onHover: () => void;
}

function Option({ id, item, isChosen, heading, onPick, onHover }: OptionProps) {
  return (
    <>
      {heading && (
        <div role="presentation" className="px-2 pt-2 pb-1 font-medium text-muted text-xs">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys of a listbox are those of its combobox. */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        data-option={item.id}
        aria-selected={isChosen}
        onClick={onPick}
        onPointerMove={onHover}
        className={cn(
          "flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5",
          isChosen && "bg-accent-soft",
        )}
      >
        {item.icon}
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-medium">{item.title}</span>
          {item.hint && <span className="block truncate text-muted text-xs">{item.hint}</span>}
        </span>
        {item.shortcut && (
          <kbd className="shrink-0 rounded border border-line bg-sunken px-1.5 font-sans text-muted text-xs pointer-coarse:hidden">
            {item.shortcut}
          </kbd>
        )}
      </div>
    </>
  );
}
