// What a workspace is called, by people and in addresses.
import { useQuery } from "@tanstack/react-query";
import { FailureNotice } from "@/components/failure-notice";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getWorkspace } from "./api/get-workspace";
import { useUpdateWorkspace } from "./api/update-workspace";

const FIELDS = ["name", "slug"] as const;

export function NameSection({ id, mayChange }: { id: string; mayChange: boolean }) {
  const query = useQuery(getWorkspace(id));
  const update = useUpdateWorkspace(id);
  return (
    <Section title={t("Workspace")}>
      {query.isPending && <SkeletonRows rows={3} label={t("Reading the workspace")} />}
      {query.isError && (
        <FailureNotice
          failure={query.error}
          title={t("The workspace could not be read")}
          onRetry={() => query.refetch()}
        />
      )}
      {query.data && (
        <Form
          label={t("Workspace")}
          fields={FIELDS}
          failure={update.error}
          busy={update.isPending}
          onSubmit={({ name = "", slug = "" }) => update.mutate({ name, slug, etag: query.data.etag })}
        >
          <TextField
            name="name"
            label={t("Name")}
            defaultValue={query.data.workspace.name}
            maxLength={100}
            autoComplete="off"
            readOnly={!mayChange}
            required
          />
          <TextField
            name="slug"
            label={t("Name in addresses")}
            help={t(
              "By which programs name it, in the header Lathe-Workspace. Lower case letters, digits and hyphens.",
            )}
            defaultValue={query.data.workspace.slug}
            pattern="[a-z0-9][a-z0-9\-]{1,47}"
            takes={t("two or more lower case letters, digits and hyphens; no hyphen first")}
            maxLength={48}
            autoComplete="off"
            spellCheck={false}
            readOnly={!mayChange}
            required
          />
          <FormFailure title={t("The workspace was not changed")} />
          {mayChange ? (
            <div className="flex items-center gap-3">
              <SubmitButton busy={t("Saving…")}>{t("Save")}</SubmitButton>
              <span role="status" className="text-sm text-muted">
                {update.isSuccess && t("Saved.")}
              </span>
            </div>
          ) : (
            <p className="text-sm text-muted">{t("Admins and owners can change it.")}</p>
          )}
        </Form>
      )}
    </Section>
  );
}
