// What waits for somebody: each question with its answer, without leaving the list.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox as InboxIcon } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Wait } from "@/api/types";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { Ago } from "@/components/moment";
import { Paged } from "@/components/paged";
import { t } from "@/lib/i18n";
import { listWaits } from "./api/list-waits";
import { StepAnswer } from "./step-answer";

export function Inbox() {
  const query = useInfiniteQuery(listWaits);
  return (
    <Paged
      query={query}
      label={t("What waits for an answer")}
      reading={t("Reading what waits")}
      failed={t("What waits could not be read")}
      empty={
        <EmptyState icon={<InboxIcon />} title={t("Nothing waits for an answer")}>
          <p>
            {t("Steps that ask somebody, such as an approval or a form, stand here until they are answered.")}
          </p>
        </EmptyState>
      }
    >
      {(wait) => <WaitRow key={wait.id} wait={wait} />}
    </Paged>
  );
}

function WaitRow({ wait }: { wait: Wait }) {
  const [open, setOpen] = useState(false);
  const { workflow_name, execution_id, step, since, until, message, signal, approval } = wait;
  return (
    <li className="px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm">
        <span className="min-w-0 flex-1 basis-52">
          <span className="block break-words font-medium">
            {message ||
              (signal ? t("Waits for the signal {{signal}}", { signal }) : t("Waits for an answer"))}
          </span>
          <span className="block text-xs text-muted">
            <Link
              to={`/runs/${execution_id}?node=${encodeURIComponent(step)}`}
              className="text-accent underline underline-offset-2"
            >
              {workflow_name}
            </Link>
            {" · "}
            <Ago at={since} />
            {until && (
              <>
                {" · "}
                {t("ends")} <Ago at={until} />
              </>
            )}
          </span>
        </span>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {approval ? t("Decide") : t("Answer")}
          <span className="sr-only"> {workflow_name}</span>
        </Button>
      </div>
      {open && (
        <div className="mt-2 max-w-xl">
          <StepAnswer wait={wait} />
        </div>
      )}
    </li>
  );
}
