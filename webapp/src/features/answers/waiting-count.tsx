// How many steps wait for somebody, for the way there; nothing while none does.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMay } from "@/api/profile";
import { t } from "@/lib/i18n";
import { listWaits } from "./api/list-waits";

export function WaitingCount() {
  const query = useInfiniteQuery({ ...listWaits, enabled: useMay("waits:read") });
  const count = query.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0;
  if (count === 0) return null;
  return (
    <span
      title={t("{{count}} steps wait for an answer", { count })}
      className="min-w-5 rounded-full bg-warn-soft px-1.5 text-center text-xs font-medium text-warn tabular-nums"
    >
      {query.hasNextPage ? `${count}+` : count}
    </span>
  );
}
