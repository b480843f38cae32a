// Every address that leads nowhere.
import { Compass } from "lucide-react";
import { Link } from "react-router";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <EmptyState icon={<Compass />} title="There is nothing at this address">
        <p>
          Go to the{" "}
          <Link to="/workflows" className="text-accent underline">
            workflows
          </Link>{" "}
          or to the{" "}
          <Link to="/runs" className="text-accent underline">
            runs
          </Link>
          .
        </p>
      </EmptyState>
    </Page>
  );
}
