// The frame of the admin page: the models on the left, above on a phone, and the screen of the one that is chosen.
import { ChevronLeft } from "lucide-react";
import { useEffect, useRef } from "react";
import { cn } from "@/lib/cn";
import {
  type Model,
  modelOf,
  RecordDetail,
  RecordForm,
  RecordList,
  type RecordsHost,
  RecordsProvider,
  singular,
} from "@/records";
import { go, pathOf, usePlace } from "./place";

export function Admin({ host }: { host: RecordsHost }) {
  const { manifest } = host;
  const place = usePlace();
  const model = modelOf(manifest, place.model) ?? manifest.models[0];
  const main = useRef<HTMLElement>(null);
  // Another screen: what is read next is its content, unless a form has taken the focus already.
  const screen = `${place.model} ${place.mode} ${place.id}`;
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    if (!main.current?.contains(document.activeElement)) main.current?.focus();
  }, [screen]);
  useEffect(() => {
    document.title = model ? `${model.label} · ${manifest.label}` : manifest.label;
  }, [model, manifest]);
  return (
    <RecordsProvider host={host}>
      <div className="flex h-full flex-col md:flex-row">
        <Models host={host} current={model} />
        <main ref={main} tabIndex={-1} className="outline-none flex min-h-0 min-w-0 flex-1 flex-col">
          {model ? (
            <Screen key={`${place.id} ${place.mode}`} model={model} Link={host.Link} />
          ) : (
            <p className="p-5 text-muted">This application has no models.</p>
          )}
        </main>
      </div>
    </RecordsProvider>
  );
}

function Models({ host, current }: { host: RecordsHost; current: Model | undefined }) {
  const { manifest, Link } = host;
  const initial = [...manifest.label.replace(/^the\s+/i, "")][0]?.toUpperCase();
  return (
    <aside className="flex shrink-0 flex-col border-line bg-canvas max-md:border-b md:w-52 md:border-r md:p-2.5">
      <p className="flex items-center gap-2 px-3 py-2 font-semibold break-words md:mb-2 md:px-1.5 md:py-1">
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded bg-accent text-sm text-accent-ink"
        >
          {initial}
        </span>
        {manifest.label}
      </p>
      <nav
        aria-label="Models"
        className="flex min-h-0 gap-0.5 overflow-auto max-md:px-2 max-md:pb-2 md:flex-1 md:flex-col thin-scroll"
      >
        {manifest.models.map((model) => (
          <Link
            key={model.name}
            to={pathOf({ model: model.name, mode: "list" })}
            aria-current={model === current ? "page" : undefined}
            className={cn(
              "flex h-8 shrink-0 items-center rounded-md px-2 text-sm -outline-offset-2 pointer-coarse:h-10",
              model === current
                ? "bg-line/70 font-medium text-ink"
                : "text-muted hover:bg-line/40 hover:text-ink",
            )}
          >
            {model.label}
          </Link>
        ))}
      </nav>
      <p className="flex justify-between gap-2 px-2 pt-2 text-xs text-muted max-md:hidden">
        <a href="api/openapi.json" className="hover:text-ink hover:underline">
          OpenAPI
        </a>
        <span className="truncate">{manifest.version.slice(0, 12)}</span>
      </p>
    </aside>
  );
}

function Screen({ model, Link }: { model: Model; Link: RecordsHost["Link"] }) {
  const { mode, id, search } = usePlace();
  const list = pathOf({ model: model.name, mode: "list" });
  if (mode === "list" || (id === undefined && mode !== "new")) {
    return (
      <>
        <h1 className="sr-only">{model.label}</h1>
        <RecordList
          model={model}
          search={search}
          onSearch={(next, options) => go(pathOf({ model: model.name, mode: "list", search: next }), options)}
        />
      </>
    );
  }
  const title =
    mode === "new"
      ? `New ${singular(model.label)}`
      : mode === "edit"
        ? `Edit ${singular(model.label)}`
        : null;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-4xl space-y-4 px-4 py-4 md:px-6">
        <Link to={list} className="-ml-1 inline-flex items-center gap-0.5 text-sm text-muted hover:text-ink">
          <ChevronLeft aria-hidden className="size-4" />
          {model.label}
        </Link>
        {title !== null && <h1 className="text-xl font-semibold">{title}</h1>}
        {mode === "show" && id !== undefined ? (
          <RecordDetail model={model} id={id} />
        ) : (
          <RecordForm model={model} id={id} preset={search} />
        )}
      </div>
    </div>
  );
}
