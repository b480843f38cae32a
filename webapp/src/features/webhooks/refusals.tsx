// What was sent to a webhook and refused: how it was answered, why, and where it came from.

import { useInfiniteQuery } from "@tanstack/react-query";
import { Ago } from "@/components/moment";
import { Paged } from "@/components/paged";
import { ROW, Section } from "@/components/section";
import { ServerText } from "@/components/server-text";
import { t } from "@/lib/i18n";
import { listRefusals } from "./api/list-refusals";

export function Refusals({ id }: { id: string }) {
  const query = useInfiniteQuery(listRefusals(id));
  return (
    <Section
      title={t("Refused")}
      description={t(
        "Nothing of what was sent is kept. The last hundred are remembered; of a flood, some are noted.",
      )}
    >
      <Paged
        query={query}
        label={t("Refused")}
        rows={1}
        reading={t("Reading what was refused")}
        failed={t("What was refused could not be read")}
        empty={<p className="text-sm text-muted">{t("Nothing was refused.")}</p>}
      >
        {({ at, status, message, address }) => (
          <li key={`${at} ${address}`} className={ROW}>
            <code className="rounded bg-bad-soft px-1.5 font-mono text-xs text-bad">{status}</code>
            <ServerText
              text={message}
              className="min-w-0 flex-1 basis-52 break-words first-letter:uppercase"
            />
            <code className="font-mono text-xs text-muted">{address}</code>
            <span className="text-muted">
              <Ago at={at} />
            </span>
          </li>
        )}
      </Paged>
    </Section>
  );
}
