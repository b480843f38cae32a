// A way to log in for each service that the operator has set up. They lead away from the page: links, not buttons.

import type { LoginProvider } from "@/api/types";
import { buttonClass } from "@/components/button";
import { t } from "@/lib/i18n";
import { providerLink } from "@/lib/provider-link";

interface ProviderLinksProps {
  providers: readonly LoginProvider[];
  next?: string;
  /** For what is on this page to stay. */
  newTab?: boolean;
}

export function ProviderLinks({ providers, next, newTab = false }: ProviderLinksProps) {
  if (providers.length === 0) return null;
  return (
    <div className="space-y-3">
      <ul aria-label={t("Other ways to log in")} className="space-y-2">
        {providers.map(({ id, label, url }) => (
          <li key={id}>
            <a
              href={providerLink(url, next)}
              className={buttonClass("plain", "w-full")}
              {...(newTab && { target: "_blank", rel: "noopener" })}
            >
              {t("Log in with {{label}}", { label })}
              {newTab && <span className="sr-only"> {t("in a new tab")}</span>}
            </a>
          </li>
        ))}
      </ul>
      <p className="text-center text-xs text-muted">{t("or with a password")}</p>
    </div>
  );
}
