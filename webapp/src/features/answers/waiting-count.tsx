// How many steps wait for somebody, for the way there; nothing while none does.
import { useQuery } from "@tanstack/react-query";
import { useMay } from "@/api/profile";
import { t } from "@/lib/i18n";
import { countWaits } from "./api/count-waits";

/** The server counts no further. */
const MOST = 1_000;

export function WaitingCount() {
  const { data: count = 0 } = useQuery({ ...countWaits, enabled: useMay("waits:read") });
  if (count === 0) return null;
  const told = t("{{count}} steps wait for an answer", { count });
  return (
    <span
      title={told}
      className="min-w-5 shrink-0 rounded-full bg-warn-soft px-1.5 text-center text-xs font-medium text-warn tabular-nums"
    >
      <span aria-hidden>{count < MOST ? count : `${MOST - 1}+`}</span>
      <span className="sr-only"> {told}</span>
    </span>
  );
}
