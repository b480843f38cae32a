// The place of a form or a detail that is on its way: as many fields as the model has, so that nothing moves when they come.
import { cn } from "@/lib/cn";
import { writableFields } from "./draft";
import { useHost } from "./host";
import type { Model } from "./manifest";

const BAR = "rounded bg-line/70 motion-safe:animate-pulse";

export function FormSkeleton({ model }: { model: Model }) {
  const { words } = useHost();
  return (
    <div role="status" aria-label={words.loading} className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
      {writableFields(model).map(({ name, type }) => {
        const isWide = type === "long_text" || type === "json";
        return (
          <div key={name} className={cn("space-y-1", isWide && "sm:col-span-2")}>
            <div className={cn(BAR, "h-4 w-24")} />
            <div className={cn(BAR, isWide ? "h-30" : "h-9")} />
          </div>
        );
      })}
    </div>
  );
}

export function DetailSkeleton({ model }: { model: Model }) {
  const { words } = useHost();
  return (
    <div role="status" aria-label={words.loading} className="space-y-3">
      {model.fields.map(({ name }) => (
        <div key={name} className="flex gap-4">
          <div className={cn(BAR, "h-4 w-32")} />
          <div className={cn(BAR, "h-4 w-1/2")} />
        </div>
      ))}
    </div>
  );
}
