// What an application is given in its environment, and the form in which that is changed.
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useMay } from "@/api/profile";
import type { ApplicationEnvironment } from "@/api/types";
import { Button } from "@/components/button";
import { Done } from "@/components/done";
import { FailureNotice } from "@/components/failure-notice";
import { Opened } from "@/components/opened";
import { ROW, ROWS, Section } from "@/components/section";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getEnvironment } from "./api/get-environment";
import { EnvironmentForm } from "./environment-form";
import { textOf } from "./environment-rows";

/** For who ships the application: values are not for all who may look at it. */
export function EnvironmentSection({ id }: { id: string }) {
  return useMay("applications:deploy") ? <Environment id={id} /> : null;
}

function Environment({ id }: { id: string }) {
  const query = useQuery(getEnvironment(id));
  const mayWrite = useMay("applications:write");
  const [mode, setMode] = useState<"shown" | "edited" | "saved">("shown");
  const isEdited = mode === "edited";
  return (
    <Section
      title={t("Environment")}
      description={t(
        "Variables that a release is given. BIND, PORT and DATA_DIR are set by Lathe. Changes take effect with the next release.",
      )}
    >
      {isEdited ? (
        <Opened
          query={query}
          reading={t("Reading the environment")}
          unreadable={t("The environment could not be read")}
        >
          {(opened, begin) => (
            <EnvironmentForm
              id={id}
              opened={opened}
              query={query}
              onTheirs={begin}
              onEnd={(isSaved) => setMode(isSaved ? "saved" : "shown")}
            />
          )}
        </Opened>
      ) : (
        <>
          {query.isError && !query.data && (
            <FailureNotice
              failure={query.error}
              title={t("The environment could not be read")}
              onRetry={() => void query.refetch()}
            />
          )}
          {query.isPending && <SkeletonRows rows={1} label={t("Reading the environment")} />}
          {query.data && <Variables environment={query.data.value} />}
          {query.data && mayWrite && (
            <Button onClick={() => setMode("edited")}>{t("Change the environment")}</Button>
          )}
        </>
      )}
      <Done>{mode === "saved" ? t("Saved. It takes effect with the next release.") : undefined}</Done>
    </Section>
  );
}

function Variables({ environment }: { environment: ApplicationEnvironment }) {
  if (environment.variables.length === 0)
    return <p className="text-sm text-muted">{t("It is given no variables of its own.")}</p>;
  return (
    <ul className={ROWS}>
      {environment.variables.map((variable) => (
        <li key={variable.name} className={ROW}>
          <code className="font-mono text-xs font-medium [overflow-wrap:anywhere]">{variable.name}</code>
          {variable.secret === undefined ? (
            <code className="whitespace-pre-wrap font-mono text-xs text-muted [overflow-wrap:anywhere]">
              {textOf(variable) || t("empty")}
            </code>
          ) : (
            <span className="flex items-center gap-1.5 text-muted">
              <KeyRound aria-hidden className="size-3.5" />
              {t("from the secret {{name}}", { name: variable.secret })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
