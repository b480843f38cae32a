// Holds the place of rows that are on their way, so that nothing jumps when they arrive.
export function SkeletonRows({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="space-y-2">
      {Array.from({ length: rows }, (_, index) => `row-${index}`).map((key) => (
        <div key={key} className="h-11 rounded-md bg-sunken motion-safe:animate-pulse" />
      ))}
    </div>
  );
}
