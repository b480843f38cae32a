// A picture per family of node kinds; a family not known here gets a plain box, so a new kind needs nothing.
import {
  Box,
  Braces,
  Clock,
  Container,
  FileCode2,
  FileText,
  GitBranch,
  Globe,
  Hammer,
  HeartPulse,
  type LucideIcon,
  Merge,
  PencilLine,
  Rocket,
  Share2,
  Split,
  SquareTerminal,
  Upload,
} from "lucide-react";

const BY_KIND: Record<string, LucideIcon> = {
  "flow.join": Merge,
  "flow.switch": Split,
  "flow.wait": Clock,
  "flow.call": Share2,
  "http.check": HeartPulse,
  "docker.push": Upload,
};

const BY_FAMILY: Record<string, LucideIcon> = {
  app: Rocket,
  cargo: Hammer,
  code: FileCode2,
  command: SquareTerminal,
  data: PencilLine,
  docker: Container,
  file: FileText,
  flow: GitBranch,
  http: Globe,
  script: Braces,
};

export function KindIcon({ kind, className }: { kind: string; className?: string }) {
  const Icon = BY_KIND[kind] ?? BY_FAMILY[kind.split(".")[0] ?? ""] ?? Box;
  return <Icon aria-hidden className={className} />;
}
