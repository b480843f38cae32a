// How server state is kept: shown at once when known, refreshed quietly, retried only when that can help.
import { MutationCache, QueryClient } from "@tanstack/react-query";
import { ApiFailure } from "@/api/failure";

/** Whatever was changed may stand in a list of records: those in sight are read again, the others when they come into it. */
const mutationCache = new MutationCache({
  onSuccess: (_data, _sent, _context, { meta }) => {
    if (meta?.touchesNoRecords !== true) void queryClient.invalidateQueries({ queryKey: ["records"] });
  },
});

export const queryClient: QueryClient = new QueryClient({
  mutationCache,
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
  },
});

function mayPass(error: unknown): boolean {
  return error instanceof ApiFailure && ["unreachable", "unavailable", "timeout"].includes(error.code);
}
