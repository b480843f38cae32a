// The models that are being edited, outside of React: a change re-renders what reads it, and nothing else.
import type { Box } from "@/components/canvas/walk";
import { EditStore } from "@/lib/edit-store";
import { t } from "@/lib/i18n";
import type { JsonRecord } from "@/lib/json";
import { sameJson } from "@/lib/same-json";
import { useStore } from "@/lib/use-store";
import { type Home, type Opened, placed } from "./api/opened";
import { type Arrangement, arrange } from "./arrangement";
import { keep, keyOf, recall } from "./draft-storage";
import { newModel } from "./gestures";
import { LANGUAGE } from "./operations/apply";
import {
  type ApplicationDocument,
  type Draft,
  fieldOf,
  modelOf,
  type RelationKey,
  relationOf,
  sameDraft,
  withIdsOf,
} from "./operations/document";
import type { History, Operation, Target } from "./operations/operation";
import type { Problem } from "./problems";

export { useStore as useModels };

/** What the server has; no id for what was never saved. */
export interface Base {
  id: string | undefined;
  etag: string | undefined;
  draft: Draft;
  configuration: JsonRecord;
}

/** What is chosen: models, or a field of one, or a relation. */
export interface Chosen {
  models: readonly string[];
  field: string | null;
  relation: RelationKey | null;
}

const NOTHING: Chosen = { models: [], field: null, relation: null };

export class ModelStore extends EditStore<Draft, Operation, Base> {
  arrangement: Arrangement;
  chosen: Chosen = NOTHING;
  /** Counts what was chosen: a form begins anew with another thing, and not with another name of the same. */
  turn = 0;
  problems: readonly Problem[] = [];

  constructor(
    readonly home: Home,
    opened: Opened | undefined,
    /** For somebody who may only look: nothing is changed, and nothing of an earlier visit comes back. */
    readonly isReadOnly = false,
  ) {
    const draft = opened?.draft ?? beginning(home);
    const { id, etag, configuration = {} } = opened ?? {};
    super(LANGUAGE, { id, etag, draft, configuration });
    const kept = isReadOnly ? undefined : recall(keyOf(home, id));
    if (kept) {
      const base = { id, etag: kept.etag ?? etag, draft: kept.base, configuration: kept.configuration };
      this.takeUp(base, { draft: kept.draft, done: kept.done, undone: [] }, kept.at);
    }
    this.arrangement = arrange(this.draft.document, this.draft.layout);
  }

  override perform(title: string, operations: Operation[], mark?: string): boolean {
    if (!this.isReadOnly) return super.perform(title, operations, mark);
    this.refuse(t("For reading only: changing it takes another role."));
    return false;
  }

  get document(): ApplicationDocument {
    return this.draft.document;
  }

  /** What the server knows it as; nothing for what was never saved. */
  get ownName(): string | undefined {
    const { id, draft } = this.base;
    const { name, models } = draft.document;
    if (id === undefined) return undefined;
    return this.home === "application" ? name : models[0]?.name;
  }

  select(models: readonly string[]): void {
    this.choose({ ...NOTHING, models });
  }

  selectField(model: string, field: string): void {
    this.choose({ models: [model], field, relation: null });
  }

  selectRelation(relation: RelationKey): void {
    const { source, name } = relation;
    this.choose({ ...NOTHING, relation: { source, name } });
  }

  /** Chooses what a problem is about. */
  selectTarget(of: Target): void {
    if (of.relation) this.selectRelation(of.relation);
    else if (of.model !== undefined && of.field !== undefined) this.selectField(of.model, of.field);
    else this.select(of.model === undefined ? [] : [of.model]);
  }

  /** What is chosen has another name now, and goes on being chosen. */
  follow(renamed: Partial<Chosen>): void {
    this.chosen = { ...this.chosen, ...renamed };
    this.tell();
  }

  setProblems(problems: readonly Problem[]): void {
    if (sameJson(problems, this.problems)) return;
    this.problems = problems;
    this.tell();
  }

  /** The server has kept what was sent; before its parts are read again, their ids are not known. */
  accepted(etag: string | undefined): void {
    this.base = { ...this.base, etag };
    this.keepSoon();
  }

  /** What was saved is what later edits are compared with; what was new has ids now. */
  saved(opened: Opened, sent: Draft): void {
    this.forgetUnsaved();
    const before = this.textName;
    const { id, etag, configuration } = opened;
    const known = (draft: Draft): Draft => ({
      ...draft,
      document: withIdsOf(draft.document, opened.draft.document),
    });
    const isLater = this.draft !== sent;
    const base = known(sent);
    this.base = { id, etag, configuration, draft: base };
    this.moveText(before);
    this.history = { ...this.history, draft: isLater ? known(this.draft) : base };
    this.restored = null;
    this.settle();
  }

  /** Goes on from what somebody else has saved, with these steps done on top of it. */
  rebase({ id, etag, draft, configuration }: Opened, history: History | undefined): void {
    this.goOnFrom({ id, etag, draft, configuration }, history);
  }

  /** All boxes with where they stand. */
  boxes(): Box[] {
    return this.document.models.map(({ name }) => ({
      id: name,
      ...(this.arrangement.places.get(name) ?? { x: 0, y: 0 }),
      ...(this.arrangement.sizes.get(name) ?? { width: 0, height: 0 }),
    }));
  }

  protected override isSame(one: Draft, other: Draft): boolean {
    return sameDraft(one, other);
  }

  protected derive(): void {
    const { document, layout } = this.draft;
    this.arrangement = arrange(document, layout);
    const { models, field, relation } = this.chosen;
    const there = models.filter((name) => modelOf(document, name));
    const isFieldThere = field !== null && there[0] !== undefined && fieldOf(document, there[0], field);
    this.chosen = {
      models: sameJson(there, models) ? models : there,
      field: isFieldThere ? field : null,
      relation: relation && relationOf(document, relation) ? relation : null,
    };
  }

  protected keepUnsaved(): boolean {
    const { etag, draft: base, configuration } = this.base;
    const { draft, done } = this.history;
    const at = new Date().toISOString();
    return keep(this.draftKey, { etag, base, draft, done, configuration, at });
  }

  protected get draftKey(): string {
    return keyOf(this.home, this.base.id);
  }

  private choose(chosen: Chosen): void {
    if (sameJson(chosen, this.chosen)) return;
    this.seal();
    this.turn++;
    this.chosen = chosen;
    this.tell();
  }
}

/** Where a design begins that was never saved. */
function beginning(home: Home): Draft {
  const nothing: ApplicationDocument = {
    name: home === "application" ? "new_application" : "",
    models: [],
    relationships: [],
  };
  if (home === "application") return { document: nothing, layout: {} };
  const document = { ...nothing, models: [newModel(nothing)] };
  return { document, layout: placed(document, {}) };
}
