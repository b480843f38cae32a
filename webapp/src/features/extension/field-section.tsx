// Fields of the workspace's own beside those of Lathe's models: declared as text, and in lists and forms at once.
import { useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { ApiFailure } from "@/api/failure";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getExtension, usePutExtension } from "./api/extension";
import { placedFaults } from "./faults";
import { FormatHelp } from "./format-help";

const TextEditor = lazy(() => import("@/components/text-editor"));

export function FieldSection({ mayChange }: { mayChange: boolean }) {
  const query = useQuery(getExtension);
  return (
    <Section
      title={t("Fields of your own")}
      description={t("They stand in lists, forms and the API beside Lathe's own as soon as they are saved.")}
    >
      {query.isPending && <SkeletonRows rows={6} label={t("Reading the fields")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The fields could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <Editor kept={query.data} mayChange={mayChange} onReload={async () => (await query.refetch()).data} />
      )}
      <FormatHelp />
    </Section>
  );
}

interface Kept {
  source: string;
  etag: string | undefined;
}

interface EditorProps {
  kept: Kept;
  mayChange: boolean;
  onReload: () => Promise<Kept | undefined>;
}

function Editor({ kept, mayChange, onReload }: EditorProps) {
  const put = usePutExtension();
  // What the text began with: a later reading must not lend its mark to what was typed on top of an earlier one.
  const [base, setBase] = useState(kept);
  const [text, setText] = useState(kept.source);
  const [goTo, setGoTo] = useState<{ line: number; column: number }>();
  const { error } = put;
  const faults = useMemo(() => placedFaults(error), [error]);
  const isOutdated = error instanceof ApiFailure && error.status === 412;
  const isChanged = text !== base.source;
  return (
    <div className="space-y-3">
      <Suspense
        fallback={<div className="h-80 rounded-md bg-sunken motion-safe:animate-pulse max-md:h-64" />}
      >
        <TextEditor
          label={t("Fields as YAML")}
          text={text}
          readOnly={!mayChange}
          onChange={setText}
          faults={faults}
          goTo={goTo}
        />
      </Suspense>
      {faults.length > 0 && (
        <div role="alert" className="rounded-lg border border-bad/30 bg-bad-soft p-3 text-sm">
          <p className="flex items-center gap-2 font-medium">
            <CircleAlert aria-hidden className="size-4 text-bad" />
            {t("Nothing was saved: the text has {{count}} faults", { count: faults.length })}
          </p>
          <ul className="mt-1 space-y-0.5">
            {faults.map((fault) => (
              <li key={`${fault.line}:${fault.column} ${fault.message}`}>
                <button
                  type="button"
                  className="rounded-sm text-left underline-offset-2 hover:underline"
                  onClick={() => setGoTo({ line: fault.line, column: fault.column })}
                >
                  <span className="font-medium">
                    {t("Line {{line}}, column {{column}}", { line: fault.line, column: fault.column })}
                  </span>
                  {": "}
                  {fault.message}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {isOutdated && (
        <div role="alert" className="space-y-2 rounded-md border border-warn/30 bg-warn-soft p-3 text-sm">
          <p>
            {t(
              "Somebody else has changed the fields since you opened them. What you typed is still here: copy what you need of it, or keep yours in place of theirs.",
            )}
          </p>
          <div className="flex flex-wrap gap-2">
            <Button
              onClick={async () => {
                const theirs = await onReload();
                if (!theirs) return;
                setBase(theirs);
                put.reset();
              }}
            >
              {t("Keep typing, and save mine next")}
            </Button>
          </div>
        </div>
      )}
      {error !== null && !isOutdated && faults.length === 0 && (
        <FailureNotice failure={error} title={t("The fields were not saved")} />
      )}
      {mayChange ? (
        <div className="flex flex-wrap items-center gap-3">
          <Button
            weight="primary"
            disabled={put.isPending || !isChanged}
            onClick={() => put.mutate({ source: text, etag: base.etag }, { onSuccess: setBase })}
          >
            {put.isPending ? t("Saving…") : t("Save")}
          </Button>
          {isChanged && (
            <Button
              weight="quiet"
              onClick={() => {
                put.reset();
                setBase(kept);
                setText(kept.source);
              }}
            >
              {t("Discard what you typed")}
            </Button>
          )}
          <span role="status" className="text-sm text-muted">
            {put.isSuccess && !isChanged && t("Saved. The fields are in lists and forms now.")}
          </span>
        </div>
      ) : (
        <p className="text-sm text-muted">{t("Admins and owners can change it.")}</p>
      )}
    </div>
  );
}
