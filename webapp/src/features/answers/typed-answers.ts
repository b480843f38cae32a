// What is typed in the answers to the steps of a run, by the id of their wait, for whoever looks at another step in between.
import { useSyncExternalStore } from "react";
import { t } from "@/lib/i18n";
import type { FormValues } from "@/lib/input-form";

export class TypedAnswers {
  private readonly values = new Map<string, FormValues>();
  private readonly onTheWay = new Set<string>();
  private readonly listeners = new Set<() => void>();
  /** The same one as long as it names the same waits: whoever reads it is drawn anew by the first key, and by no other. */
  private unsent: readonly string[] = [];

  readonly watch = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly unsentWaits = (): readonly string[] => this.unsent;

  of(wait: string): FormValues | undefined {
    return this.values.get(wait);
  }

  type(wait: string, values: FormValues): void {
    this.values.set(wait, values);
    this.update();
  }

  /** What was taken is typed no more; what was not is there still. What became of it is said by whoever sends it. */
  async send(wait: string, send: () => Promise<unknown>): Promise<void> {
    this.onTheWay.add(wait);
    this.update();
    const isTaken = await send().then(
      () => true,
      () => false,
    );
    if (isTaken) this.values.delete(wait);
    this.onTheWay.delete(wait);
    this.update();
  }

  private update(): void {
    const unsent = [...this.values.keys()].filter((wait) => !this.onTheWay.has(wait));
    if (unsent.join() === this.unsent.join()) return;
    this.unsent = unsent;
    for (const listener of this.listeners) listener();
  }
}

/** What whoever leaves is told of them. */
export function saysUnsent(): string {
  return t("An answer that was typed and not sent is lost.");
}

/** The waits whose answers are typed and not on their way. */
export function useUnsentWaits(answers: TypedAnswers): readonly string[] {
  return useSyncExternalStore(answers.watch, answers.unsentWaits);
}
