// How server state is kept: shown at once when known, refreshed quietly, retried only when that can help.
import { MutationCache, QueryClient } from "@tanstack/react-query";
import { ApiFailure } from "@/api/failure";

/** Whatever was changed may stand in a list of records: those in sight are read again, the others when they come into it. */
const mutationCache = new MutationCache({
  onSuccess: (_data, _sent, _context, { meta }) => {
    if (meta?.touchesNoRecords !== true) void queryClient.invalidateQueries({ queryKey: ["records"] });
  },
});

/**
 * What was sent and answered goes with the form: it may be a password, a token or a secret, and is read nowhere else. Not at
 * once, since what is still under way then would be looked after without a pause.
 */
const MUTATION_KEPT_MS = 1_000;

export const queryClient: QueryClient = new QueryClient({
  mutationCache,
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
    mutations: { gcTime: MUTATION_KEPT_MS },
  },
});

function mayPass(error: unknown): boolean {
  return error instanceof ApiFailure && ["unreachable", "unavailable", "timeout"].includes(error.code);
}
