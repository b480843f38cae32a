// What can be done with a secret without seeing it: name it in a workflow, replace what it holds, take it out of use.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "@/api/profile";
import { Button } from "@/components/button";
import { Done } from "@/components/done";
import { FailureNotice } from "@/components/failure-notice";
import { FormDialog } from "@/components/form-dialog";
import { Ago } from "@/components/moment";
import { Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getSecret } from "./api/get-secret";
import { References } from "./references";
import { RemovalSection } from "./removal-section";
import { ReplaceValue } from "./replace-value";
import { UsesSection } from "./uses-section";

export function SecretDetail({ id }: { id: string }) {
  const query = useQuery(getSecret(id));
  const mayWrite = useMay("secrets:write");
  const [open, setOpen] = useState(false);
  const [replaced, setReplaced] = useState(false);
  if (query.isError && !query.data)
    return (
      <FailureNotice
        failure={query.error}
        title={t("The secret could not be read")}
        onRetry={() => void query.refetch()}
      />
    );
  if (!query.data) return <SkeletonRows rows={3} label={t("Reading the secret")} />;
  const { value: secret, etag } = query.data;
  return (
    <div className="space-y-4">
      <Section
        title={t("As workflows write it")}
        description={t("In a field of a step. The value is put in when the step runs, and is shown nowhere.")}
      >
        <References references={secret.references} />
      </Section>
      <Section title={t("What it holds")} description={t("Nobody is shown it. It can be replaced.")}>
        <p className="text-sm text-muted">
          {t("Changed last")} <Ago at={secret.changed_at} />
        </p>
        {mayWrite && (
          <Button
            onClick={() => {
              setReplaced(false);
              setOpen(true);
            }}
          >
            {t("Replace what it holds")}
          </Button>
        )}
        <Done>{replaced ? t("It holds something else now.") : undefined}</Done>
      </Section>
      <UsesSection what="secrets" id={id} />
      {mayWrite && <RemovalSection what="secrets" id={id} name={secret.name} etag={etag} />}
      {open && (
        <FormDialog
          title={t("Replace what {{name}} holds", { name: secret.name })}
          onClose={() => setOpen(false)}
        >
          <ReplaceValue
            id={id}
            onDone={() => {
              setOpen(false);
              setReplaced(true);
            }}
          />
        </FormDialog>
      )}
    </div>
  );
}
