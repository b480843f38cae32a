// Every text that the record screens show, in English; a host hands in others for another language.

import type { Operator } from "./operators";

const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

const afterwards = (comesBack: boolean) =>
  comesBack ? "The trash keeps it for a while." : "This cannot be undone.";

/** A label within a sentence; "API tokens" keeps its capitals. */
const within = (label: string) => label.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());

export const ENGLISH = {
  searchIn: (label: string) => `Search ${within(label)}`,
  create: (one: string) => `New ${one}`,
  columns: "Columns",
  resetColumns: "As it was",
  moveUp: (label: string) => `Move ${label} forward`,
  addFilter: "Filter",
  field: "Field",
  comparison: "Comparison",
  value: "Value",
  includes: "includes",
  comparisons: {
    eq: "is",
    ne: "is not",
    gt: "is more than",
    gte: "is at least",
    lt: "is less than",
    lte: "is at most",
    contains: "contains",
    null: "is empty",
  } as Record<Operator, string>,
  timeComparisons: {
    gt: "is after",
    gte: "is from",
    lt: "is before",
    lte: "is until",
  } as Partial<Record<Operator, string>>,
  apply: "Apply",
  change: "Change",
  removeIt: (what: string) => `Remove ${what}`,
  clearAll: "Clear all",
  yes: "yes",
  no: "no",
  isEmpty: "is empty",
  isNotEmpty: "is not empty",
  sortedUp: "ascending",
  sortedDown: "descending",
  sortBy: "Sort",
  sortServer: "Newest first",
  views: "Views",
  everything: "All",
  changedView: "changed",
  saveView: "Save as a view",
  saveChanges: "Save changes",
  viewName: "Name",
  shareView: "Everybody in this workspace sees it",
  deleteView: (name: string) => `Delete the view ${name}`,
  deleteViewSure: (name: string) => `Delete the view “${name}”? The records stay.`,
  rows: (label: string) => `${label}, list`,
  selectRow: (title: string) => `Select ${title}`,
  selectAll: "Select everything that is loaded",
  rangeLost: "The row where the selection began is not in the list any more: nothing more was selected.",
  selected: (count: number) => `${plural(count, "selected", "selected")}`,
  clearSelection: "Clear the selection",
  loaded: (count: number, more: boolean) =>
    more ? `${count.toLocaleString("en")}+` : count.toLocaleString("en"),
  loadedHint: (count: number, more: boolean) =>
    more
      ? `${plural(count, "record is", "records are")} loaded, and there are more`
      : plural(count, "record", "records"),
  loading: "Reading…",
  emptyTitle: (label: string) => `No ${within(label)} yet`,
  emptyText: (one: string) => `Create the first ${one}; it appears here at once.`,
  emptyReadOnly: "They appear here as soon as there are any.",
  nothingTitle: "Nothing matches",
  nothingText: "No record keeps to all of the filters and search words.",
  notRead: (label: string) => `${label} could not be read`,
  tryAgain: "Try again",
  save: "Save",
  saving: "Saving…",
  saved: "Saved.",
  savedSoFar: "Saved. What you have typed meanwhile is not yet.",
  created: "Created.",
  deleted: "Deleted.",
  cancel: "Cancel",
  edit: "Edit",
  delete: "Delete",
  deleteSure: (title: string, comesBack = false) => `Delete “${title}”? ${afterwards(comesBack)}`,
  deleteManySure: (count: number, comesBack = false) =>
    `Delete ${plural(count, "record", "records")}? ${afterwards(comesBack)}`,
  actManySure: (label: string, count: number) => `${label}: ${plural(count, "record", "records")}?`,
  required: "required",
  choose: "–",
  /** What is wrong with a value, as rules.ts and the server say it. */
  fault: (message: string) => message,
  /** Why the server refused; `original` are its own words, where the text is a translation that says less. */
  refusal: ({ message }: { code: string; message: string }): { text: string; original?: string } => ({
    text: message,
  }),
  lookAtMarked: "Please look at the marked fields.",
  notSaved: "It was not saved",
  partlySaved: "Only a part of it was saved",
  notDone: "It was not done",
  from: (min: string, max: string) => `from ${min} to ${max}`,
  atLeast: (min: string) => `at least ${min}`,
  atMost: (max: string) => `at most ${max}`,
  nothingFound: "Nothing found",
  pick: (label: string) => `Choose ${within(label)}`,
  noneChosen: "none",
  restored: "What you had typed here before is back.",
  discard: "Discard it",
  conflictTitle: "Somebody else has changed this record",
  conflictText:
    "It was saved by somebody else after you opened it. Choose what should hold for what both of you changed.",
  conflictNone: "Nothing that you changed was changed by them too. Saving keeps both.",
  conflictTaken: (labels: string) => `Taken over from them: ${labels}.`,
  theirs: "Theirs",
  yours: "Yours",
  saveBoth: "Save with these",
  showAll: "Show all",
  history: "History",
  noHistory: "Nothing has been recorded about it yet.",
  more: "Show more",
  by: (who: string) => `by ${who}`,
  system: "the system",
  progress: (done: number, total: number) => `${done.toLocaleString("en")} of ${total.toLocaleString("en")}`,
  stop: "Stop",
  failedSome: (count: number) => `${plural(count, "record was", "records were")} refused`,
  done: "Done",
  back: "Back",
  goneTitle: "This record is not here",
  goneText: "It was deleted, or the address is not right.",
  recordNotRead: "This record could not be read",
  backToList: "Back to the list",
  asJson: 'As JSON: a text stands in quotation marks, such as "blue"',
  inZone: (zone: string) => `time in ${zone}`,
  keys: "Arrow keys move, Enter opens, Space selects.",
};

export type Words = typeof ENGLISH;
