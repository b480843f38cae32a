// How server state is kept: shown at once when known, refreshed quietly, retried only when that can help.
import { QueryClient } from "@tanstack/react-query";
import { ApiFailure } from "@/api/failure";

export const queryClient = new QueryClient({
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
