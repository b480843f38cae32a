// The views of a list: those that come with the model, and those that people have saved.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, ChevronDown, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { FaultPanel } from "./fault-panel";
import { type SavedView, useHost } from "./host";
import { EVERYTHING, fromView, isSame, type ListState, toView, type View } from "./list-state";
import type { Model } from "./manifest";
import { Popover } from "./popover";
import { viewsQuery } from "./queries";
import { useSure } from "./sure";
import { CONTROL } from "./value-input";

/** All views by name: a saved one goes by its id, for anybody may call one the same. */
export function useViews(model: Model): { views: View[]; saved: SavedView[]; isReady: boolean } {
  const { views: store } = useHost();
  const query = useQuery(viewsQuery(store, model.name));
  const saved = (query.data ?? []).map((view) => ({
    ...view,
    label: view.label || view.name,
    name: view.id,
  }));
  return { views: [...model.views, ...saved], saved, isReady: store === undefined || !query.isPending };
}

interface ViewMenuProps {
  model: Model;
  state: ListState;
  onChange: (state: ListState) => void;
}

export function ViewMenu({ model, state, onChange }: ViewMenuProps) {
  const { words, views: store } = useHost();
  const { views, saved } = useViews(model);
  if (views.length === 0 && store === undefined) return null;
  const current = views.find(({ name }) => name === state.view);
  const isChanged = current ? !isSame(state, fromView(model, current)) : !isSame(state, EVERYTHING);
  return (
    <Popover
      label={words.views}
      className="max-w-56"
      button={
        <>
          <span className="truncate">{current?.label ?? words.everything}</span>
          {isChanged && <span className="font-normal text-muted">· {words.changedView}</span>}
          <ChevronDown aria-hidden />
        </>
      }
    >
      {(close) => {
        const choose = (next: ListState) => {
          onChange(next);
          close();
        };
        return (
          <>
            <ul>
              <ViewLine label={words.everything} isCurrent={!current} onChoose={() => choose(EVERYTHING)} />
              {views.map((view) => (
                <ViewLine
                  key={view.name}
                  label={view.label}
                  isCurrent={view === current}
                  onChoose={() => choose(fromView(model, view))}
                  saved={saved.find(({ id }) => id === view.name)}
                />
              ))}
            </ul>
            {store && isChanged && (
              <SaveView
                model={model}
                state={state}
                current={saved.find(({ id }) => id === state.view)}
                onSaved={(view) => choose(fromView(model, view))}
              />
            )}
          </>
        );
      }}
    </Popover>
  );
}

interface ViewLineProps {
  label: string;
  isCurrent: boolean;
  onChoose: () => void;
  saved?: SavedView;
}

function ViewLine({ label, isCurrent, onChoose, saved }: ViewLineProps) {
  const { words, views: store } = useHost();
  const queries = useQueryClient();
  const sure = useSure();
  const remove = useMutation({
    mutationFn: async (id: string) => store?.remove(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["views"] }),
  });
  return (
    <li className="flex items-center rounded-md hover:bg-sunken">
      <button
        type="button"
        aria-current={isCurrent}
        onClick={onChoose}
        className="flex min-w-0 flex-1 items-center gap-2 px-2 py-1.5 text-left pointer-coarse:py-2.5"
      >
        <Check aria-hidden className={isCurrent ? "size-4 shrink-0" : "invisible size-4 shrink-0"} />
        <span className="truncate">{label}</span>
      </button>
      {saved && (
        <Button
          weight="quiet"
          aria-label={words.deleteView(label)}
          className="px-1.5"
          disabled={remove.isPending}
          onClick={() =>
            sure.ask({
              question: words.deleteViewSure(label),
              label: words.delete,
              onSure: () => remove.mutate(saved.id),
            })
          }
        >
          <Trash2 aria-hidden />
        </Button>
      )}
      {sure.question}
    </li>
  );
}

interface SaveViewProps {
  model: Model;
  state: ListState;
  current: SavedView | undefined;
  onSaved: (view: SavedView) => void;
}

function SaveView({ model, state, current, onSaved }: SaveViewProps) {
  const { words, views: store } = useHost();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: async (known: SavedView | undefined) => {
      const kept = toView(model, state);
      if (known) return store?.update({ ...known, ...kept, name: known.label });
      return store?.create({ ...kept, model: model.name, name, label: name, shared });
    },
    onSuccess: async (view) => {
      await queries.invalidateQueries({ queryKey: ["views", model.name] });
      if (view) onSaved({ ...view, name: view.id });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate(undefined);
  };
  return (
    <form onSubmit={submit} className="mt-1.5 space-y-2 border-t border-line px-2 pt-2.5 pb-1.5">
      {current && (
        <Button className="w-full" disabled={save.isPending} onClick={() => save.mutate(current)}>
          {words.saveChanges}
        </Button>
      )}
      <label className="block space-y-1">
        <span className="text-xs font-medium text-muted">{words.viewName}</span>
        <input
          className={CONTROL}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={shared}
          onChange={(event) => setShared(event.target.checked)}
          className="size-4 accent-accent"
        />
        {words.shareView}
      </label>
      <Button
        type="submit"
        weight="primary"
        className="w-full"
        disabled={save.isPending || name.trim() === ""}
      >
        {words.saveView}
      </Button>
      {save.isError && <FaultPanel error={save.error} title={words.notSaved} />}
    </form>
  );
}
