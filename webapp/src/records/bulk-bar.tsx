// What can be done to the rows that are selected, and how far it has come.
import { X } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { type Progress, removeIfThere, runBulk } from "./bulk";
import { useHost, useRefresh } from "./host";
import { newKey } from "./key";
import type { Action, Model } from "./manifest";
import { RelatedTitle } from "./related-title";
import type { useBulk } from "./slots";
import { useSure } from "./sure";

interface BulkBarProps {
  model: Model;
  /** What the host does with many, beside the actions of the model. */
  bulk: ReturnType<typeof useBulk>;
  ids: ReadonlySet<string>;
  onIds: (ids: ReadonlySet<string>) => void;
}

export function BulkBar({ model, bulk, ids, onIds }: BulkBarProps) {
  const { words, client } = useHost();
  const refresh = useRefresh();
  const sure = useSure();
  const [progress, setProgress] = useState<Progress | null>(null);
  const stop = useRef<AbortController | null>(null);
  const begin = async (work: (id: string) => Promise<unknown>) => {
    stop.current = new AbortController();
    const done = await runBulk([...ids], work, {
      signal: stop.current.signal,
      onProgress: setProgress,
      words,
    });
    // What was refused stays selected, for another attempt.
    onIds(new Set(done.failed.map(({ id }) => id)));
    if (done.failed.length === 0) setProgress(null);
    await refresh(model);
  };
  const remove = () => {
    sure.ask({
      question: words.deleteManySure(ids.size, model.comesBack),
      label: words.delete,
      onSure: () => void begin((id) => removeIfThere(() => client.remove(model, id))),
    });
  };
  const act = (action: Action) => {
    const question = action.confirm ?? (action.danger ? words.actManySure(action.label, ids.size) : null);
    const onSure = () => void begin((id) => client.act(action.method, action.path, id, newKey()));
    if (question === null) onSure();
    else sure.ask({ question, label: action.label, onSure });
  };
  if (progress) {
    return (
      <BulkProgress
        model={model}
        progress={progress}
        onStop={() => stop.current?.abort()}
        onClose={() => setProgress(null)}
      />
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        weight="quiet"
        aria-label={words.clearSelection}
        className="px-1.5"
        onClick={() => onIds(new Set())}
      >
        <X aria-hidden />
      </Button>
      <span role="status" className="mr-1 text-sm font-medium">
        {words.selected(ids.size)}
      </span>
      {model.actions
        .filter(({ bulk }) => bulk)
        .map((action) => (
          <Button key={action.name} className={action.danger ? "text-bad" : ""} onClick={() => act(action)}>
            {action.label}
          </Button>
        ))}
      {bulk && (
        <Button
          onClick={() =>
            void begin(async (id) => {
              const { record } = await client.read(model, id);
              await bulk.work(record);
            })
          }
        >
          {bulk.label}
        </Button>
      )}
      {model.can.delete && (
        <Button className="text-bad" onClick={remove}>
          {words.delete}
        </Button>
      )}
      {sure.question}
    </div>
  );
}

interface BulkProgressProps {
  model: Model;
  progress: Progress;
  onStop: () => void;
  onClose: () => void;
}

const SHOWN_FAILURES = 5;

function BulkProgress({ model, progress, onStop, onClose }: BulkProgressProps) {
  const { words } = useHost();
  const { done, total, failed, isOver } = progress;
  return (
    <div className="w-full space-y-1.5 text-sm">
      <div className="flex items-center gap-3">
        <progress
          value={done}
          max={total}
          aria-label={words.progress(done, total)}
          className="h-1.5 flex-1 accent-accent"
        />
        <span role="status">{words.progress(done, total)}</span>
        {isOver ? (
          <Button onClick={onClose}>{words.done}</Button>
        ) : (
          <Button onClick={onStop}>{words.stop}</Button>
        )}
      </div>
      {failed.length > 0 && (
        <div role="alert" className="rounded-md bg-bad-soft p-2.5">
          <p className="font-medium">{words.failedSome(failed.length)}</p>
          <ul className="list-disc pl-4">
            {failed.slice(0, SHOWN_FAILURES).map(({ id, message }) => (
              <li key={id} className="break-words">
                <RelatedTitle target={model.name} id={id} />: {message}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
