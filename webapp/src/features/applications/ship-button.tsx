// Ships an application: at once where nothing of it is there yet, and otherwise after showing what becomes of its data.
import { useQueryClient } from "@tanstack/react-query";
import { Hammer } from "lucide-react";
import { useState } from "react";
import type { Execution, UnsafeChanges } from "@/api/types";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { FailureNotice } from "@/components/failure-notice";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { useLeading } from "@/lib/use-leading";
import { useGenerateApplication } from "./api/generate-application";
import { getShipPlan } from "./api/get-ship-plan";
import { ShipDialog } from "./ship-dialog";
import { NOTHING_ALLOWED, shipsAtOnce } from "./ship-plan";

interface ShipButtonProps {
  id: string;
  title: string;
  updatedAt: string;
  tabIndex?: number;
  /** On a phone the icon has to do. */
  isBrief?: boolean;
  onStarted: (execution: Execution) => void | Promise<void>;
}

export function ShipButton({ id, title, updatedAt, tabIndex, isBrief = false, onStarted }: ShipButtonProps) {
  const queries = useQueryClient();
  const generate = useGenerateApplication();
  const [isLeading, lead] = useLeading(onStarted);
  const isStarting = generate.isPending || isLeading;
  const [state, setState] = useState<"idle" | "looking" | "asking">("idle");
  const ship = (allow: UnsafeChanges) =>
    generate.mutate({ id, updated_at: updatedAt, allow }, { onSuccess: lead });
  const look = async () => {
    setState("looking");
    // A plan that can't be read is told of in the dialog, which reads it again.
    const plan = await queries.fetchQuery(getShipPlan(id)).catch(() => undefined);
    if (plan && shipsAtOnce(plan)) {
      setState("idle");
      ship(NOTHING_ALLOWED);
    } else {
      setState("asking");
    }
  };
  const close = () => {
    setState("idle");
    generate.reset();
  };
  const isBusy = state === "looking" || isStarting;
  return (
    <>
      <Button tabIndex={tabIndex} disabled={isBusy} onClick={() => void look()}>
        <Hammer aria-hidden />
        <span className={cn(isBrief && "max-sm:sr-only")}>{isStarting ? t("Starting…") : t("Ship")}</span>
        <span className="sr-only"> {title}</span>
      </Button>
      {state === "asking" && (
        <ShipDialog
          id={id}
          title={title}
          busy={isStarting}
          failure={generate.error}
          onShip={ship}
          onClose={close}
        />
      )}
      {state !== "asking" && generate.isError && (
        <Dialog title={t("It was not shipped")} onClose={generate.reset}>
          <FailureNotice failure={generate.error} title={t("It was not shipped")} />
        </Dialog>
      )}
    </>
  );
}
