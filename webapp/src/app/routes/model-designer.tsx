// /applications/:id/design and /models/:id/edit: models being drawn. The id `new` is what is not saved yet.
// An application's models are drawn on its own screen, since relations are the application's and are checked as a whole.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Hammer, Info } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Link, Navigate, useNavigate, useParams, useSearchParams } from "react-router";
import { useMay } from "@/api/profile";
import { Button, buttonClass } from "@/components/button";
import { Crumbs } from "@/components/crumbs";
import { Page } from "@/components/page";
import { Waiting } from "@/components/waiting";
import { getApplication } from "@/features/applications/api/get-application";
import { listApplications } from "@/features/applications/api/list-applications";
import { ApplicationActions } from "@/features/applications/application-row";
import { openApplication } from "@/features/model-designer/api/application";
import { openLoneModel } from "@/features/model-designer/api/lone-model";
import type { Home } from "@/features/model-designer/api/opened";
import { ModelBuilder } from "@/features/model-designer/model-builder";
import { modelOf } from "@/features/model-designer/operations/document";
import { ModelStore, useModels } from "@/features/model-designer/store";
import { useSave } from "@/features/model-designer/use-save";
import { getModel } from "@/features/models/api/get-model";
import { PreviewActions } from "@/features/preview/preview-actions";
import { drafts } from "@/lib/draft-keeper";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import { passUnasked } from "@/lib/unsaved";
import { useDraft } from "../use-draft";
import { useOpening } from "../use-opening";
import { Withheld } from "./withheld";

const NEW = "new";

export function ApplicationDesignerPage() {
  const { id = "" } = useParams();
  const mayWrite = useMay("applications:write");
  if (!mayWrite && id === NEW) return <Withheld takes="applications:write" list={parentOf("application")} />;
  return <Opening home="application" id={id} isReadOnly={!mayWrite} />;
}

/** A model of an application is drawn among the others. */
export function EditModel() {
  const { id = "" } = useParams();
  const mayWrite = useMay("models:write");
  // One that was made here stays on screen when it is saved and has an address.
  const [isNew] = useState(id === NEW);
  const { data, error, refetch } = useQuery({ ...getModel(id), enabled: !isNew });
  if (!mayWrite) return <Withheld takes="models:write" list={parentOf("model")} />;
  if (data?.application_id) {
    const search = new URLSearchParams({ model: data.name });
    return <Navigate to={`/applications/${data.application_id}/design?${search}`} replace />;
  }
  if (isNew || data) return <Opening home="model" id={id} isReadOnly={false} />;
  return <NotOpen home="model" failure={error} onRetry={() => refetch()} />;
}

function Opening({ home, id, isReadOnly }: { home: Home; id: string; isReadOnly: boolean }) {
  const [store, setStore] = useState<ModelStore | null>(null);
  const [search, setSearch] = useSearchParams();
  const [asked] = useState({ model: search.get("model"), isNew: search.has("add") });
  const queries = useQueryClient();
  const isOpen = store !== null && (store.base.id ?? NEW) === id;
  const open = useCallback(
    async (signal: AbortSignal) => {
      const opening = home === "application" ? openApplication : openLoneModel;
      const hasActions = home === "application" && id !== NEW;
      const [opened] = await Promise.all([
        id === NEW ? undefined : opening(id, signal),
        // By these it is known which buttons there are: those that came later would move the others from under a mouse.
        hasActions && queries.prefetchQuery(getApplication(id)),
        hasActions && queries.prefetchInfiniteQuery(listApplications),
        drafts.lookAround(),
      ]);
      return () => {
        const made = new ModelStore(home, opened, isReadOnly);
        const { model } = asked;
        if (model !== null && modelOf(made.document, model)) made.select([model]);
        setStore(made);
      };
    },
    [home, id, asked, isReadOnly, queries],
  );
  const opening = useOpening(!isOpen, open);
  useEffect(() => {
    // Asked for once: a page that is loaded again adds nothing.
    if (isOpen && search.has("add")) setSearch({}, { replace: true });
  }, [isOpen, search, setSearch]);
  if (isOpen) return <Open store={store} addsModel={asked.isNew} />;
  return <NotOpen home={home} {...opening} />;
}

function Open({ store, addsModel }: { store: ModelStore; addsModel: boolean }) {
  const navigate = useNavigate();
  const id = useModels(store, (each) => each.base.id);
  const document = useModels(store, (each) => each.document);
  const isApplication = store.home === "application";
  const onCreated = useCallback(
    (made: string) =>
      passUnasked(() =>
        navigate(isApplication ? `/applications/${made}/design` : `/models/${made}/edit`, { replace: true }),
      ),
    [navigate, isApplication],
  );
  const saving = useSave(store, onCreated);
  useDraft(store, isApplication ? t("this application") : t("this model"), saving.save);
  const [model] = document.models;
  const title = isApplication
    ? (textOf(document.label) ?? document.name)
    : (textOf(model?.label) ?? model?.name ?? "");
  return (
    <ModelBuilder
      store={store}
      saving={saving}
      addsModel={addsModel}
      title={title}
      actions={isApplication && id !== undefined && <ActionsOf id={id} store={store} save={saving.save} />}
      heading={
        <Crumbs
          parent={parentOf(store.home)}
          self={isApplication && id !== undefined ? `/applications/${id}` : undefined}
          title={title}
        >
          <span className="text-muted text-xs">
            {id === undefined ? t("not saved yet") : isApplication ? t("models") : t("stands alone")}
          </span>
        </Crumbs>
      }
    />
  );
}

/** What is on the canvas is saved before it is previewed or shipped: the server has no other. */
function ActionsOf({ id, store, save }: { id: string; store: ModelStore; save: () => Promise<boolean> }) {
  const navigate = useNavigate();
  const application = useQuery(getApplication(id)).data;
  const isDirty = useModels(store, (each) => each.isDirty);
  const mayDeploy = useMay("applications:deploy");
  const prepare = async () => {
    store.settleTyping();
    return !store.isDirty || (await save());
  };
  if (!application) return null;
  return (
    <>
      <Link to={`/applications/${id}`} className={buttonClass("quiet", "px-1.5")}>
        <Info aria-hidden />
        <span className="sr-only">{t("About {{name}}", { name: application.name })}</span>
      </Link>
      <PreviewActions isBrief application={application} prepare={prepare} />
      {isDirty ? (
        mayDeploy && (
          <Button disabled title={t("Save first: what is shipped is what is saved.")}>
            <Hammer aria-hidden />
            <span className="max-sm:sr-only">{t("Ship")}</span>
          </Button>
        )
      ) : (
        <ApplicationActions
          isBrief
          id={id}
          name={application.name}
          label={application.label || undefined}
          updatedAt={application.updated_at}
          onStarted={(execution) => navigate(`/runs/${execution.id}`)}
        />
      )}
    </>
  );
}

interface NotOpenProps {
  home: Home;
  failure: unknown;
  onRetry: () => void;
}

function NotOpen({ home, failure, onRetry }: NotOpenProps) {
  return (
    <Page fill title={t("Models")} heading={<Crumbs parent={parentOf(home)} title="…" />}>
      <Waiting
        reading={t("Reading the models")}
        unreadable={t("The models could not be opened")}
        failure={failure}
        onRetry={onRetry}
      />
    </Page>
  );
}

function parentOf(home: Home) {
  return home === "application"
    ? { to: "/applications", label: t("Applications") }
    : { to: "/models", label: t("Models") };
}
