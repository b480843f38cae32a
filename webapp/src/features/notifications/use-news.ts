// What somebody is told, kept current by the page's socket.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { live } from "@/api/live";
import type { Notification } from "@/api/types";
import { listNotifications } from "./api/list-notifications";
import { readNews, seqOf } from "./pages";
import { takeNews } from "./take-news";

/** So often somebody may log in again on one page; a server that refuses without end is not asked without end. */
const MOST_ROUNDS = 10;

export function useNews(onNews: (news: Notification[]) => void) {
  const queries = useQueryClient();
  const query = useInfiniteQuery(listNotifications);
  const { refetch } = query;
  const isKnown = query.data !== undefined;
  const [round, setRound] = useState(0);

  const take = useEffectEvent((event: Record<string, unknown>) => {
    const news = readNews(event);
    if (!news) return;
    takeNews(queries, news);
    if (news.notifications.length > 0) onNews(news.notifications);
  });

  // A session that has ended closes the socket. Reading the list asks to log in again, and then listening goes on.
  useEffect(() => {
    if (!isKnown) return undefined;
    return live.listen(
      { topic: "notifications" },
      {
        since: () => seqOf(queries.getQueryData(listNotifications.queryKey)),
        onEvent: take,
        onConnection: (connection) => {
          if (connection !== "refused") return;
          refetch().then(({ isSuccess }) => {
            if (isSuccess && round < MOST_ROUNDS) setRound(round + 1);
          });
        },
      },
    );
  }, [isKnown, queries, refetch, round]);

  return query;
}
