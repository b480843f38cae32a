// Buttons and links that look like buttons: one height, three weights.
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { cn } from "@/lib/cn";

type Weight = "primary" | "plain" | "quiet";

const BASE =
  "inline-flex h-8 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md px-2.5 text-sm font-medium transition-colors disabled:opacity-50 pointer-coarse:h-10 [&>svg]:size-4";

const WEIGHTS: Record<Weight, string> = {
  primary:
    "bg-accent text-accent-ink enabled:hover:opacity-90 [a&]:hover:opacity-90 disabled:bg-line disabled:text-muted disabled:opacity-100",
  plain: "border border-line-strong bg-raised hover:bg-sunken",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
};

export function buttonClass(weight: Weight = "plain", extra?: string): string {
  return cn(BASE, WEIGHTS[weight], extra);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  weight?: Weight;
  children: ReactNode;
}

export function Button({ weight = "plain", className, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      data-primary={weight === "primary" || undefined}
      className={buttonClass(weight, className)}
      {...rest}
    />
  );
}
