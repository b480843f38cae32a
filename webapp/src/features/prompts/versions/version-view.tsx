// One version in the place of the text: what changed since another one, or the whole of it, and a way back to it.
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, RotateCcw } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { SkeletonRows } from "@/components/skeleton";
import { DiffView } from "@/components/text-diff/diff-view";
import { diffLines } from "@/components/text-diff/lines";
import { t } from "@/lib/i18n";
import { sameJson } from "@/lib/same-json";
import { getVersion } from "../api/get-version";
import { writtenVariables } from "../draft";
import { type PromptStore, usePrompt } from "../store";
import { VersionDiff } from "./version-diff";

/** Compared with another version, with the text as it is being written, or with nothing. */
export type Against = number | "draft" | "nothing";

export interface Viewed {
  version: number;
  against: Against;
}

interface VersionViewProps {
  store: PromptStore;
  promptId: string;
  viewed: Viewed;
  readOnly: boolean;
  onView: (viewed: Viewed) => void;
  onClose: () => void;
}

export function VersionView({ store, promptId, viewed, readOnly, onView, onClose }: VersionViewProps) {
  const { version, against } = viewed;
  const newest = usePrompt(store, (each) => each.present.version);
  const draft = usePrompt(store, (each) => each.draft);
  const query = useQuery(getVersion(promptId, version));
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  // Whoever chose it with the keyboard goes on reading here.
  useEffect(() => {
    if (version > 0) heading.current?.focus();
  }, [version]);
  const bringBack = () => {
    if (!query.data) return;
    const { content, variables } = query.data;
    store.set("content", content);
    store.set("variables", writtenVariables(variables));
    store.set("note", t("Back to version {{version}}", { version }));
    onClose();
  };
  const isAsNow =
    query.data?.content === draft.content &&
    sameJson(writtenVariables(query.data.variables), writtenVariables(draft.variables));
  const others = Array.from({ length: newest }, (_, index) => newest - index).filter(
    (each) => each !== version,
  );
  return (
    <section aria-labelledby={id} className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-line border-b px-3 py-2">
        <Button weight="quiet" className="-ml-2.5" onClick={onClose}>
          <ArrowLeft aria-hidden />
          {t("Back to the text")}
        </Button>
        <h2 id={id} ref={heading} tabIndex={-1} className="font-medium outline-none">
          {t("Version {{version}}", { version })}
        </h2>
        <label className="flex flex-wrap items-center gap-1.5 text-muted text-sm">
          <span className="whitespace-nowrap">{t("compared with")}</span>
          <select
            className="h-8 max-w-40 rounded-md border border-line-strong bg-page px-2 text-sm pointer-coarse:h-10"
            value={String(against)}
            onChange={(event) => onView({ version, against: readAgainst(event.target.value) })}
          >
            <option value="nothing">{t("nothing: the whole text")}</option>
            <option value="draft">{t("the text as it is being written")}</option>
            {others.map((each) => (
              <option key={each} value={each}>
                {t("version {{version}}", { version: each })}
              </option>
            ))}
          </select>
        </label>
        {!readOnly && (
          <Button className="ml-auto" disabled={!query.data || isAsNow} onClick={bringBack}>
            <RotateCcw aria-hidden />
            {t("Bring version {{version}} back", { version })}
          </Button>
        )}
      </div>
      <div className="flex-1 p-3 md:min-h-0 md:overflow-y-auto">
        {query.isError && (
          <FailureNotice
            failure={query.error}
            title={t("The version could not be read")}
            onRetry={() => query.refetch()}
          />
        )}
        {typeof against === "number" ? (
          <VersionDiff
            promptId={promptId}
            from={Math.min(against, version)}
            to={Math.max(against, version)}
          />
        ) : query.data && against === "draft" ? (
          <DiffView
            lines={diffLines(query.data.content, draft.content)}
            old={t("Version {{version}}", { version })}
            now={t("The text as it is being written")}
          />
        ) : query.data ? (
          <pre
            data-version-text
            className="whitespace-pre-wrap break-words rounded-md border border-line bg-canvas p-3 font-mono text-code leading-relaxed"
          >
            {query.data.content}
          </pre>
        ) : (
          !query.isError && <SkeletonRows rows={4} label={t("Reading the version")} />
        )}
      </div>
    </section>
  );
}

function readAgainst(value: string): Against {
  return value === "draft" || value === "nothing" ? value : Number(value);
}
