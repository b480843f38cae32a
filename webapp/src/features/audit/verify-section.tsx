// Whether the log is whole: each entry has the hash of the one before, so that nothing is changed or taken away unseen.
import { LoaderCircle, ShieldAlert, ShieldCheck } from "lucide-react";
import type { AuditProof } from "@/api/types";
import { Form, FormFailure, SubmitButton, TextField } from "@/components/form";
import { Secret } from "@/components/secret";
import { Section } from "@/components/section";
import { t } from "@/lib/i18n";
import { useVerifyAudit } from "./api/verify-audit";

const FIELDS = ["head"] as const;

export function VerifySection() {
  const verify = useVerifyAudit();
  return (
    <Section
      title={t("Is the audit log whole?")}
      description={t(
        "Every entry carries the hash of the one before. Following them finds what was changed, deleted, moved or slipped in.",
      )}
    >
      <Form
        label={t("Verify the audit log")}
        fields={FIELDS}
        failure={verify.error}
        busy={verify.isPending}
        onSubmit={({ head = "" }) => verify.mutate(head.trim())}
      >
        <TextField
          name="head"
          label={t("Head of an earlier verification, if you kept one")}
          help={t(
            "The log has to pass through it: a whole older state of the database is found out by that only.",
          )}
          placeholder="4711:9f86d081…"
          pattern="\s*\d+:[0-9a-fA-F]+\s*"
          takes={t("a number, a colon and a hash, as a verification prints it")}
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
        />
        <FormFailure title={t("The log could not be verified")} />
        <SubmitButton busy={t("Checking…")}>{t("Verify the audit log")}</SubmitButton>
      </Form>
      <div role="status" className="space-y-2 text-sm">
        {verify.isPending && (
          <p className="flex items-center gap-2 text-muted">
            <LoaderCircle aria-hidden className="size-4 motion-safe:animate-spin" />
            {t(
              "Every entry is read and its hash computed anew. With a million entries that takes some seconds.",
            )}
          </p>
        )}
        {verify.isSuccess && <Verdict proof={verify.data} />}
      </div>
    </Section>
  );
}

function Verdict({ proof }: { proof: AuditProof }) {
  if (!proof.sound)
    return (
      <div className="flex gap-2 rounded-lg border border-bad/30 bg-bad-soft p-3">
        <ShieldAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
        <div className="space-y-1">
          <p className="font-medium">{t("The log is not whole.")}</p>
          <p>{proof.problem}</p>
          <p className="text-muted">
            {t("{{count}} entries before it are as they were written.", { count: proof.entries })}{" "}
            {t("Compare it with a copy; who had access to the database could do this.")}
          </p>
        </div>
      </div>
    );
  return (
    <div className="space-y-2 rounded-lg border border-ok/30 bg-ok-soft p-3">
      <p className="flex items-center gap-2 font-medium">
        <ShieldCheck aria-hidden className="size-4 text-ok" />
        {t("{{count}} entries, all as they were written.", { count: proof.entries })}
      </p>
      <p>{t("Keep this head elsewhere, and give it next time:")}</p>
      <Secret value={proof.head} label={t("Head of the log")} />
    </div>
  );
}
