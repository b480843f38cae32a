// Labels: names that programs ask by, each pointing at a version. Moving one shows first what changes for them.
import { Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { CONTROL } from "@/components/form";
import { PanelSection } from "@/components/side-panel";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { type PromptStore, usePrompt } from "../store";
import { LabelTag } from "./label-tag";
import { MoveLabel } from "./move-label";
import { RemoveLabel } from "./remove-label";
import { type Done, useLabels } from "./use-labels";

const LABEL = /^[a-z][a-z0-9_-]{0,47}$/;
const CHOICE = "h-8 rounded-md border border-line-strong bg-page px-2 text-sm pointer-coarse:h-10";
/** What most people call theirs. */
const USUAL = ["production", "staging"];

interface LabelSectionProps {
  store: PromptStore;
  promptId: string;
  readOnly: boolean;
}

export function LabelSection({ store, promptId, readOnly }: LabelSectionProps) {
  const { labels, version: newest } = usePrompt(store, (each) => each.present);
  const { point, done, busy, failure, reset } = useLabels(store, promptId);
  const [moving, setMoving] = useState<{ label: string; to: number } | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Record<string, number>>({});
  const versions = Array.from({ length: newest }, (_, index) => newest - index);
  const settle = async (label: string, to: number | undefined) => {
    try {
      await point(label, to);
      setChosen({});
    } catch {
      // The failure stands in the list.
    }
    setMoving(null);
    setRemoving(null);
  };
  const names = Object.keys(labels).sort();
  return (
    <PanelSection title={t("Labels")}>
      {names.length === 0 && (
        <p className="text-muted text-sm">
          {t(
            "A label points at a version, and programs ask by it: what is tried out does not reach them before the label is moved.",
          )}
        </p>
      )}
      <ul aria-label={t("Labels")} className="space-y-1.5">
        {names.map((label) => {
          const at = labels[label] ?? newest;
          const to = chosen[label] ?? at;
          return (
            <li key={label} data-label-row={label} className="flex flex-wrap items-center gap-2 text-sm">
              <LabelTag label={label} />
              {readOnly ? (
                <span>{t("version {{version}}", { version: at })}</span>
              ) : (
                <>
                  <select
                    aria-label={t("Version that {{label}} points at", { label })}
                    className={CHOICE}
                    value={to}
                    onChange={(event) => setChosen({ ...chosen, [label]: Number(event.target.value) })}
                  >
                    {versions.map((version) => (
                      <option key={version} value={version}>
                        {t("version {{version}}", { version })}
                      </option>
                    ))}
                  </select>
                  <Button disabled={busy || to === at} onClick={() => setMoving({ label, to })}>
                    {t("Move")}
                  </Button>
                  <Button
                    weight="quiet"
                    className="px-1.5"
                    disabled={busy}
                    aria-label={t("Remove {{label}}", { label })}
                    onClick={() => setRemoving(label)}
                  >
                    <Trash2 aria-hidden />
                  </Button>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <div role="status">
        {done && <LastDone done={done} busy={busy} onBack={() => void settle(done.label, done.from)} />}
      </div>
      {failure && (
        <FailureNotice
          failure={failure}
          title={
            hasChanged(failure)
              ? t("Somebody has changed it in between: look at the labels again")
              : t("The label stays as it is")
          }
        />
      )}
      {!readOnly && (
        <NewLabel
          taken={names}
          versions={versions}
          busy={busy}
          onAdd={(label, version) => {
            reset();
            void settle(label, version);
          }}
        />
      )}
      {moving && (
        <MoveLabel
          promptId={promptId}
          label={moving.label}
          from={labels[moving.label] ?? newest}
          to={moving.to}
          busy={busy}
          onMove={() => void settle(moving.label, moving.to)}
          onClose={() => setMoving(null)}
        />
      )}
      {removing !== null && (
        <RemoveLabel
          label={removing}
          version={labels[removing] ?? newest}
          busy={busy}
          onRemove={() => void settle(removing, undefined)}
          onClose={() => setRemoving(null)}
        />
      )}
    </PanelSection>
  );
}

function hasChanged(failure: unknown): boolean {
  return failure instanceof ApiFailure && failure.status === 412;
}

function LastDone({
  done: { label, from, to },
  busy,
  onBack,
}: {
  done: Done;
  busy: boolean;
  onBack: () => void;
}) {
  return (
    <p className="flex flex-wrap items-center gap-2 rounded-md bg-ok-soft px-2 py-1.5 text-sm">
      <span className="min-w-0 flex-1">
        {to === undefined
          ? t("{{label}} is removed.", { label })
          : t("{{label}} points at version {{version}} now.", { label, version: to })}
      </span>
      {from !== undefined && (
        <Button disabled={busy} onClick={onBack}>
          {t("Back to version {{version}}", { version: from })}
        </Button>
      )}
    </p>
  );
}

interface NewLabelProps {
  taken: readonly string[];
  versions: readonly number[];
  busy: boolean;
  onAdd: (label: string, version: number) => void;
}

function NewLabel({ taken, versions, busy, onAdd }: NewLabelProps) {
  const id = useId();
  const [label, setLabel] = useState("");
  const [version, setVersion] = useState<number | null>(null);
  const fault = taken.includes(label)
    ? t("There is a label {{label}}: move it above.", { label })
    : label !== "" && !LABEL.test(label)
      ? t("A label has lower case letters, digits, hyphens and underscores, and begins with a letter.")
      : undefined;
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (busy || label === "" || fault !== undefined) return;
    onAdd(label, version ?? versions[0] ?? 1);
    setLabel("");
    setVersion(null);
  };
  return (
    <form className="space-y-1" onSubmit={add}>
      <div className="flex flex-wrap items-center gap-2">
        <input
          aria-label={t("New label")}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : `${id}-fault`}
          list={`${id}-usual`}
          value={label}
          maxLength={48}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("production, staging …")}
          className={cn(CONTROL, "min-w-32 flex-1 py-1 text-sm max-sm:basis-full")}
          onChange={(event) => setLabel(event.target.value.trim())}
        />
        <datalist id={`${id}-usual`}>
          {USUAL.filter((usual) => !taken.includes(usual)).map((usual) => (
            <option key={usual} value={usual} />
          ))}
        </datalist>
        <select
          aria-label={t("Version for the new label")}
          className={CHOICE}
          value={version ?? versions[0]}
          onChange={(event) => setVersion(Number(event.target.value))}
        >
          {versions.map((each) => (
            <option key={each} value={each}>
              {t("version {{version}}", { version: each })}
            </option>
          ))}
        </select>
        <Button type="submit" disabled={busy || label === "" || fault !== undefined}>
          {t("Set label")}
        </Button>
      </div>
      {fault !== undefined && (
        <p id={`${id}-fault`} role="alert" className="text-bad text-xs">
          {fault}
        </p>
      )}
    </form>
  );
}
