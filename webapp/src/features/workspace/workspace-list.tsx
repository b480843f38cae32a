// The workspaces that one belongs to, a new one, and those that were deleted and can be brought back.
import { useQuery } from "@tanstack/react-query";
import { Boxes, Plus, Undo2 } from "lucide-react";
import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/button";
import { FailureNotice } from "@/components/failure-notice";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { FormDialog } from "@/components/form-dialog";
import { Ago } from "@/components/moment";
import { ROW, ROWS, Section } from "@/components/section";
import { Trans, t } from "@/lib/i18n";
import { roleName } from "@/lib/role-name";
import { useCreateWorkspace } from "./api/create-workspace";
import { listDeleted } from "./api/list-deleted";
import { useRestoreWorkspace } from "./api/restore-workspace";

const FIELDS = ["name"] as const;

interface WorkspaceListProps {
  profile: Profile;
  current: string | undefined;
  /** Whether the form for a new one stands open. */
  isMaking: boolean;
  onMaking: (isMaking: boolean) => void;
  /** Goes on in another one. */
  onSwitch: (id: string) => void;
}

export function WorkspaceList({ profile, current, isMaking, onMaking, onSwitch }: WorkspaceListProps) {
  const deleted = useQuery(listDeleted);
  const restore = useRestoreWorkspace();
  const gone = deleted.data?.items ?? [];
  const [back, setBack] = useState<string>();
  return (
    <Section
      title={t("Your workspaces")}
      description={t("Each has its own applications, workflows, secrets and members.")}
    >
      <ul aria-label={t("Your workspaces")} className={ROWS}>
        {profile.workspaces.map(({ id, name, slug, role }) => (
          <li key={id} className={ROW}>
            <Boxes aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="min-w-0 flex-1 basis-40">
              <span className="block truncate font-medium">{name}</span>
              <span className="block truncate text-xs text-muted">
                {slug} · {roleName(role)}
              </span>
            </span>
            {id === current ? (
              <span className="text-muted">{t("You are here")}</span>
            ) : (
              <Button aria-label={t("Switch to {{name}}", { name })} onClick={() => onSwitch(id)}>
                {t("Switch")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button onClick={() => onMaking(true)}>
        <Plus aria-hidden />
        {t("New workspace")}
      </Button>
      {deleted.isError && (
        <FailureNotice
          failure={deleted.error}
          title={t("The deleted workspaces could not be read")}
          onRetry={() => deleted.refetch()}
        />
      )}
      {gone.length > 0 && (
        <div className="space-y-2">
          <h3 className="text-sm font-medium">{t("Deleted ones that you owned")}</h3>
          <ul aria-label={t("Deleted workspaces")} className={ROWS}>
            {gone.map(({ id, name, deleted_at }) => (
              <li key={id} className={ROW}>
                <span className="min-w-0 flex-1 basis-40">
                  <span className="block truncate font-medium">{name}</span>
                  {deleted_at && (
                    <span className="block text-xs text-muted">
                      <Trans i18nKey="deleted <1/>" components={{ 1: <Ago at={deleted_at} /> }} />
                    </span>
                  )}
                </span>
                <Button
                  aria-label={t("Bring {{name}} back", { name })}
                  disabled={restore.isPending}
                  onClick={() => restore.mutate(id, { onSuccess: () => setBack(name) })}
                >
                  <Undo2 aria-hidden />
                  {t("Bring back")}
                </Button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {restore.isError && <FailureNotice failure={restore.error} title={t("It was not brought back")} />}
      <p role="status" className="text-sm text-muted">
        {back !== undefined &&
          t("{{name}} is back. Its runs stay cancelled, and its API tokens ended.", { name: back })}
      </p>
      {isMaking && (
        <FormDialog title={t("New workspace")} onClose={() => onMaking(false)}>
          <NewWorkspace onMade={onSwitch} />
        </FormDialog>
      )}
    </Section>
  );
}

function NewWorkspace({ onMade }: { onMade: (id: string) => void }) {
  const create = useCreateWorkspace();
  return (
    <Form
      label={t("New workspace")}
      fields={FIELDS}
      failure={create.error}
      busy={create.isPending || create.isSuccess}
      onSubmit={({ name = "" }) => create.mutate(name, { onSuccess: ({ id }) => onMade(id) })}
    >
      <TextField
        name="name"
        label={t("Name")}
        help={t("You own it, and can invite others to it.")}
        maxLength={100}
        autoComplete="off"
        required
      />
      <FormFailure title={t("The workspace was not made")} />
      <SubmitButton busy={t("Making it…")}>{t("Make the workspace and go there")}</SubmitButton>
    </Form>
  );
}
