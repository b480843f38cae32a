// What the list of workflows shows and does beside what its records say: how one is called, and running it from its row.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useMay } from "@/api/profile";
import type { Execution } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { Named } from "@/components/named";
import { t } from "@/lib/i18n";
import { textOf } from "@/lib/json";
import type { RowProps } from "@/records";
import { getWorkflow } from "./api/get-workflow";

export function WorkflowNameCell({ record }: RowProps) {
  return <Named name={String(record.name)} label={textOf(record.label)} />;
}

interface RunRowButtonProps extends RowProps {
  tabIndex: number;
  onStarted: (execution: Execution) => void | Promise<void>;
}

/** Its document is read when somebody wants to run it: what it asks for stands there. What asks comes with it. */
export function RunRowButton({ record, tabIndex, onStarted }: RunRowButtonProps) {
  const mayRun = useMay("workflows:run");
  const queries = useQueryClient();
  // Read once for each run: a reading in the background must not take the form away with what was typed into it.
  const read = useMutation({
    mutationFn: async () => {
      const [workflow, { RunDialog }] = await Promise.all([
        queries.fetchQuery({ ...getWorkflow(record.id), staleTime: 0 }),
        import("./run-dialog"),
      ]);
      return { workflow, RunDialog };
    },
  });
  if (!mayRun) return null;
  const name = textOf(record.label) ?? String(record.name);
  const begun = read.data;
  const wanted = !read.isIdle;
  const close = () => read.reset();
  return (
    <>
      <Button tabIndex={tabIndex} disabled={wanted} onClick={() => read.mutate()}>
        <Play aria-hidden className="fill-current" />
        {wanted ? t("Starting…") : t("Run (verb)")}
        <span className="sr-only"> {name}</span>
      </Button>
      {begun && (
        <begun.RunDialog
          workflowId={begun.workflow.id}
          name={name}
          document={begun.workflow.document}
          version={begun.workflow.version}
          trial={{}}
          onStarted={onStarted}
          onClose={close}
        />
      )}
      {read.isError && (
        <Dialog title={t("It was not started")} onClose={close}>
          <FailureNotice
            failure={read.error}
            title={t("The workflow could not be read")}
            onRetry={() => read.mutate()}
          />
        </Dialog>
      )}
    </>
  );
}
