// Before an application is shipped: what becomes of its data, and a word from whoever ships it where something is at stake.
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useId, useState } from "react";
import { Link } from "react-router";
import type { ShipPlan, UnsafeChanges } from "@/api/types";
import { Button } from "@/components/button";
import { CheckField } from "@/components/check-field";
import { CodeText } from "@/components/code-text";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { ServerText } from "@/components/server-text";
import { SkeletonRows } from "@/components/skeleton";
import { t } from "@/lib/i18n";
import { getShipPlan } from "./api/get-ship-plan";
import { PlannedChanges, PlannedSql } from "./planned-changes";
import { allowed, lackingInputs, obstacle, type Word } from "./ship-plan";

interface ShipDialogProps {
  id: string;
  title: string;
  busy: boolean;
  failure: unknown;
  onShip: (allow: UnsafeChanges) => void;
  onClose: () => void;
}

export function ShipDialog({ id, title, busy, failure, onShip, onClose }: ShipDialogProps) {
  const query = useQuery(getShipPlan(id));
  const [word, setWord] = useState<Word>();
  const whyNotId = useId();
  const plan = query.data;
  // The plan is read again while this is open, and may be another one by then.
  const allow = allowed(word, plan);
  // Without a plan nothing is allowed: the run refuses by itself whatever would need it.
  const why = plan ? obstacle(plan, allow) : null;
  const isReady = !query.isPending && why === null && !busy;
  const asked = {
    drop: allow.drop && plan?.needs.drop === true,
    tighten: allow.tighten && plan?.needs.tighten === true,
  };
  return (
    <Dialog title={t("Ship {{name}}", { name: title })} onClose={onClose}>
      <form
        className="space-y-4 text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) onShip(asked);
        }}
      >
        {query.isPending && <SkeletonRows rows={3} label={t("Reading what will change")} />}
        {query.isError && !plan && (
          <FailureNotice
            failure={query.error}
            title={t("What will change could not be read")}
            onRetry={() => query.refetch()}
          />
        )}
        {plan && (
          <>
            <Basis plan={plan} />
            <Obstacles plan={plan} />
            <PlannedChanges changes={plan.changes} />
            {plan.pending.length > 0 && (
              <section className="space-y-2 rounded-md bg-sunken p-3">
                <p className="text-muted">
                  {t(
                    "This was prepared earlier and is no part of what is live. It is part of what goes live now:",
                  )}
                </p>
                <PlannedChanges changes={plan.pending} />
              </section>
            )}
            {plan.sql && plan.basis !== "nothing" && <PlannedSql sql={plan.sql} />}
            <Permissions plan={plan} allow={allow} onAllow={(now) => setWord({ allow: now, plan })} />
          </>
        )}
        {failure != null && <FailureNotice failure={failure} title={t("It was not shipped")} />}
        <div className="-mx-4 -bottom-4 -mb-4 sticky flex flex-wrap items-center justify-end gap-2 border-line border-t bg-raised px-4 py-3">
          {why !== null && (
            <p id={whyNotId} className="min-w-0 flex-1 basis-52 text-muted text-xs max-sm:basis-full">
              {why}
            </p>
          )}
          <Button onClick={onClose}>{t("Cancel")}</Button>
          <Button
            type="submit"
            weight="primary"
            disabled={!isReady}
            aria-describedby={why === null ? undefined : whyNotId}
          >
            {busy ? t("Starting…") : t("Ship")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Basis({ plan }: { plan: ShipPlan }) {
  if (plan.changes.length === 0) {
    if (plan.problems.length > 0 || plan.pending.length > 0) return null;
    return (
      <p>
        {t("The data stays as it is. The program is generated and built from the models as they are now.")}
      </p>
    );
  }
  switch (plan.basis) {
    case "nothing":
      return <p>{t("All of it is new.")}</p>;
    case "generated":
      return <p>{t("This changes, compared with what was generated last:")}</p>;
    case "live":
      // What was prepared and is not live is no part of these changes.
      return plan.pending.length > 0 ? (
        <p>{t("This changes, compared with what was generated last:")}</p>
      ) : (
        <p>{t("This changes in what is live:")}</p>
      );
  }
}

function Obstacles({ plan }: { plan: ShipPlan }) {
  const inputs = lackingInputs(plan);
  if (plan.problems.length === 0 && inputs.length === 0) return null;
  return (
    <div role="alert" className="space-y-1.5 rounded-lg border border-bad/30 bg-bad-soft p-3">
      <p className="flex items-center gap-2 font-medium">
        <TriangleAlert aria-hidden className="size-4 shrink-0 text-bad" />
        {t("It can't be shipped like this")}
      </p>
      <ul className="list-disc space-y-0.5 pl-5">
        {plan.problems.map((problem) => (
          <li key={problem} className="break-words">
            <ServerText text={problem} />
          </li>
        ))}
        {inputs.map((input) => (
          <li key={input} className="break-words">
            <CodeText
              text={t(
                "The workflow `{{workflow}}` can't be told to allow it: give it an input `{{input}}` (a boolean), and hand that to `allow` of its node of the kind `code.generate`.",
                { workflow: plan.workflow?.name, input },
              )}
            />
          </li>
        ))}
      </ul>
      {inputs.length > 0 && plan.workflow?.id && (
        <Link to={`/workflows/${plan.workflow.id}/edit`} className="text-accent underline">
          {t("Open the workflow")}
        </Link>
      )}
    </div>
  );
}

interface PermissionsProps {
  plan: ShipPlan;
  allow: UnsafeChanges;
  onAllow: (allow: UnsafeChanges) => void;
}

/** Only what is needed is asked. */
function Permissions({ plan, allow, onAllow }: PermissionsProps) {
  const { needs } = plan;
  if (!needs.drop && !needs.tighten) return null;
  return (
    <fieldset className="rounded-lg border border-line px-3 pt-1 pb-3">
      <legend className="px-1 font-medium">{t("This needs your word")}</legend>
      <div className="space-y-3">
        {needs.drop && (
          <CheckField
            label={t("Delete the data of what is removed")}
            help={t("Lathe does not bring it back: make a backup first if it may be needed.")}
            checked={allow.drop}
            onChange={(drop) => onAllow({ ...allow, drop })}
          />
        )}
        {needs.tighten && (
          <CheckField
            label={t("Try the stricter rules")}
            help={t("If a record breaks one, the run fails and what is live stays as it is.")}
            checked={allow.tighten}
            onChange={(tighten) => onAllow({ ...allow, tighten })}
          />
        )}
      </div>
    </fieldset>
  );
}
