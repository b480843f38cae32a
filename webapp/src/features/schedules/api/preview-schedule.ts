// When an expression would run, in its zone; asked while it is typed, and known again when it is typed once more.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import { whenPassed } from "../next-look";

const SHOWN = 5;

export function previewSchedule(cron: string, timezone: string) {
  return queryOptions({
    queryKey: ["schedules", "preview", cron, timezone],
    enabled: cron !== "",
    retry: false,
    refetchInterval: whenPassed,
    queryFn: ({ signal }) =>
      unwrap(client.POST("/api/schedules/preview", { body: { cron, timezone, count: SHOWN }, signal })),
    placeholderData: keepPreviousData,
  });
}
