// One thing that somebody is told, with the way to it.
import {
  CalendarX,
  Check,
  CircleX,
  Hand,
  KeyRound,
  type LucideIcon,
  Trash2,
  Unplug,
  UserRoundCheck,
  Users,
} from "lucide-react";
import type { MouseEvent } from "react";
import { Link } from "react-router";
import type { Notification, NotificationKind } from "@/api/types";
import { Button } from "@/components/button";
import { CodeText } from "@/components/code-text";
import { Ago } from "@/components/moment";
import { cn } from "@/lib/cn";
import { t } from "@/lib/i18n";
import { placeOf } from "./place";

const ICONS: Record<NotificationKind, { icon: LucideIcon; tone: string }> = {
  run_failed: { icon: CircleX, tone: "text-bad" },
  decision: { icon: Hand, tone: "text-warn" },
  schedule_failed: { icon: CalendarX, tone: "text-bad" },
  webhook_disabled: { icon: Unplug, tone: "text-bad" },
  membership: { icon: Users, tone: "text-accent" },
  new_login: { icon: UserRoundCheck, tone: "text-warn" },
  account_changed: { icon: KeyRound, tone: "text-warn" },
};

interface NotificationRowProps {
  notification: Notification;
  /** The name of the workspace, where it is another one. */
  elsewhere: string | undefined;
  onOpen: (event: MouseEvent, path: string) => void;
  onRead: () => void;
  onRemove: () => void;
}

export function NotificationRow(props: NotificationRowProps) {
  const { notification, elsewhere, onOpen, onRead, onRemove } = props;
  const { kind, title, message, happened_at, read_at } = notification;
  const { icon: Icon, tone } = ICONS[kind] ?? ICONS.membership;
  const place = placeOf(notification);
  const isNew = read_at === null;
  return (
    <li
      data-notification={notification.id}
      className={cn("flex gap-2.5 py-2 pr-1.5 pl-3", isNew && "bg-accent-soft/50")}
    >
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", isNew ? tone : "text-muted")} />
      <div className="min-w-0 flex-1 space-y-0.5">
        {place === undefined ? (
          <p className={cn("break-words", isNew && "font-medium")}>{title}</p>
        ) : (
          <Link
            to={place}
            onClick={(event) => onOpen(event, place)}
            className={cn("break-words hover:underline", isNew && "font-medium")}
          >
            {title}
          </Link>
        )}
        {message && (
          <p className="line-clamp-2 break-words text-muted">
            <CodeText text={message} />
          </p>
        )}
        <p className="text-xs text-muted">
          {isNew && <span className="sr-only">{t("Unread")} · </span>}
          <Ago at={happened_at} />
          {elsewhere !== undefined && ` · ${elsewhere}`}
        </p>
      </div>
      <div className="flex shrink-0">
        {isNew && (
          <Button
            weight="quiet"
            className="px-1.5"
            title={t("Mark as read")}
            aria-label={t("Mark as read: {{title}}", { title })}
            onClick={onRead}
          >
            <Check aria-hidden />
          </Button>
        )}
        <Button
          weight="quiet"
          className="px-1.5"
          title={t("Delete")}
          aria-label={t("Delete: {{title}}", { title })}
          onClick={onRemove}
        >
          <Trash2 aria-hidden />
        </Button>
      </div>
    </li>
  );
}
