// /prompts/:id: a prompt being written, tried, compared and labelled. The id `new` is one that is not saved yet.
import { lazy, Suspense, useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useMay } from "@/api/profile";
import { Crumbs } from "@/components/crumbs";
import { Page } from "@/components/page";
import { Waiting } from "@/components/waiting";
import { openPrompt } from "@/features/prompts/api/open-prompt";
import { PromptEditor } from "@/features/prompts/prompt-editor";
import { PromptStore, usePrompt } from "@/features/prompts/store";
import { useSave } from "@/features/prompts/use-save";
import { drafts } from "@/lib/draft-keeper";
import { t } from "@/lib/i18n";
import { passUnasked } from "@/lib/unsaved";
import { useDraft } from "../use-draft";
import { useOpening } from "../use-opening";
import { Withheld } from "./withheld";

const NEW = "new";

/** Not needed to see the page: it comes after. */
const RecordMore = lazy(() => import("../record-more").then((m) => ({ default: m.RecordMore })));

export function PromptPage() {
  const { id = "" } = useParams();
  const mayWrite = useMay("prompts:write");
  const [store, setStore] = useState<PromptStore | null>(null);
  const isOpen = store !== null && (store.base.id ?? NEW) === id;
  const open = useCallback(
    async (signal: AbortSignal) => {
      const [opened] = await Promise.all([
        id === NEW ? undefined : openPrompt(id, signal),
        drafts.lookAround(),
      ]);
      return () => setStore(new PromptStore(opened));
    },
    [id],
  );
  const opening = useOpening(!isOpen, open);
  if (id === NEW && !mayWrite) return <Withheld takes="prompts:write" list={parentOf()} />;
  if (isOpen) return <Open store={store} readOnly={!mayWrite} />;
  return (
    <Page fill title={t("Prompt")} heading={<Crumbs parent={parentOf()} title="…" />}>
      <Waiting
        reading={t("Reading the prompt")}
        unreadable={t("The prompt could not be opened")}
        {...opening}
      />
    </Page>
  );
}

function Open({ store, readOnly }: { store: PromptStore; readOnly: boolean }) {
  const navigate = useNavigate();
  const base = usePrompt(store, (each) => each.base);
  const name = usePrompt(store, (each) => each.draft.name);
  const version = usePrompt(store, (each) => each.present.version);
  const onCreated = useCallback(
    (id: string) => passUnasked(() => navigate(`/prompts/${id}`, { replace: true })),
    [navigate],
  );
  const saving = useSave(store, onCreated);
  useDraft(store, t("this prompt"), saving.save);
  const title = name || t("New prompt");
  return (
    <PromptEditor
      store={store}
      saving={saving}
      readOnly={readOnly}
      title={title}
      heading={
        <Crumbs parent={parentOf()} title={title}>
          <span className="text-muted text-xs">
            {base.id === undefined ? t("not saved yet") : t("version {{version}}", { version })}
          </span>
        </Crumbs>
      }
      more={
        base.id !== undefined && (
          <Suspense>
            <RecordMore model="prompts" id={base.id} />
          </Suspense>
        )
      }
      onDeleted={() => navigate("/prompts")}
    />
  );
}

function parentOf() {
  return { to: "/prompts", label: t("Prompts") };
}
