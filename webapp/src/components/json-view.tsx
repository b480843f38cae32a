// Shows JSON as a tree that folds, with the whole of it one click away on the clipboard.

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { blobOf } from "@/lib/blob";
import { cn } from "@/lib/cn";
import { httpAddress } from "@/lib/http-address";
import { t } from "@/lib/i18n";
import { isRecord } from "@/lib/json";
import { CopyButton } from "./copy-button";
import { DownloadButton } from "./download-button";

const FOLD_BELOW = 2;
const LONGEST_TEXT = 2_000;
const MOST_CHILDREN = 200;

export function JsonView({ value, label }: { value: unknown; label: string }) {
  return (
    <div className="group relative rounded-md border border-line bg-sunken">
      <CopyButton
        text={JSON.stringify(value, null, 2) ?? ""}
        label={t("Copy {{label}}", { label })}
        className="absolute top-1 right-1 h-7 px-1.5"
      />
      <section
        aria-label={label}
        className="thin-scroll overflow-x-auto py-2 pr-10 pl-2 font-mono text-xs leading-5"
      >
        <Branch value={value} depth={0} />
      </section>
    </div>
  );
}

function Branch({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const children = childrenOf(value);
  const [open, setOpen] = useState(depth < FOLD_BELOW);
  if (!children || children.length === 0) {
    return (
      <div className="whitespace-pre-wrap break-words pl-4">
        <Name name={name} />
        <Leaf value={value} />
      </div>
    );
  }
  const isList = Array.isArray(value);
  const summary = isList ? `[${children.length}]` : `{${children.length}}`;
  return (
    <div>
      <button
        type="button"
        aria-expanded={open}
        className="flex min-h-6 items-center rounded-sm hover:bg-line/60"
        onClick={() => setOpen(!open)}
      >
        <ChevronRight
          aria-hidden
          className={cn("size-4 text-muted transition-transform", open && "rotate-90")}
        />
        <Name name={name} />
        <span className="text-muted">{summary}</span>
      </button>
      {open && (
        <div className="ml-2 border-l border-line pl-2">
          {children.slice(0, MOST_CHILDREN).map(([key, child]) => (
            <Branch key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {children.length > MOST_CHILDREN && (
            <p className="pl-4 text-muted">
              {t("{{count}} more; copy to see them all.", { count: children.length - MOST_CHILDREN })}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Name({ name }: { name?: string }) {
  return name === undefined ? null : <span className="mr-1.5 text-ink/80">{name}:</span>;
}

function Leaf({ value }: { value: unknown }) {
  const blob = blobOf(value);
  if (blob) return <DownloadButton blob={blob} />;
  if (typeof value === "string") {
    const address = httpAddress(value);
    if (address) {
      return (
        <a
          href={address}
          target="_blank"
          rel="noreferrer"
          className="text-accent underline underline-offset-2"
        >
          {value}
        </a>
      );
    }
    const text = value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
    return <span className="text-ok">{JSON.stringify(text)}</span>;
  }
  if (typeof value === "number" || typeof value === "boolean")
    return <span className="text-accent">{String(value)}</span>;
  return <span className="text-muted">{JSON.stringify(value) ?? t("nothing")}</span>;
}

function childrenOf(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((child, index) => [String(index), child]);
  return isRecord(value) && !blobOf(value) ? Object.entries(value) : undefined;
}
