// The words of the record screens in the language of whoever reads: English is theirs already.
import { language, locale } from "@/lib/i18n";
import type { Words } from "@/records";

const number = (count: number) => count.toLocaleString(locale());
const plural = (count: number, one: string, many: string) => `${number(count)} ${count === 1 ? one : many}`;
const records = (count: number) => plural(count, "Datensatz", "Datensätze");

const afterwards = (comesBack: boolean) =>
  comesBack ? "Der Papierkorb behält das noch eine Weile." : "Das lässt sich nicht rückgängig machen.";

const GERMAN: Words = {
  searchIn: (label) => `${label} suchen`,
  create: (one) => `${one} anlegen`,
  columns: "Spalten",
  resetColumns: "Wie vorher",
  moveUp: (label) => `${label} nach vorn`,
  addFilter: "Filter",
  field: "Feld",
  comparison: "Vergleich",
  value: "Wert",
  includes: "enthält",
  comparisons: {
    eq: "ist",
    ne: "ist nicht",
    gt: "ist mehr als",
    gte: "ist mindestens",
    lt: "ist weniger als",
    lte: "ist höchstens",
    contains: "enthält",
    null: "ist leer",
  },
  timeComparisons: {
    gt: "ist nach",
    gte: "ist ab",
    lt: "ist vor",
    lte: "ist bis",
  },
  apply: "Anwenden",
  change: "Ändern",
  removeIt: (what) => `${what} entfernen`,
  clearAll: "Alle entfernen",
  yes: "ja",
  no: "nein",
  isEmpty: "ist leer",
  isNotEmpty: "ist nicht leer",
  sortedUp: "aufsteigend",
  sortedDown: "absteigend",
  sortBy: "Sortieren",
  sortServer: "Neueste zuerst",
  views: "Ansichten",
  everything: "Alle",
  changedView: "geändert",
  saveView: "Als Ansicht speichern",
  saveChanges: "Änderungen speichern",
  viewName: "Name",
  shareView: "Für alle in diesem Arbeitsbereich",
  deleteView: (name) => `Ansicht ${name} löschen`,
  deleteViewSure: (name) => `Ansicht „${name}“ löschen? Die Datensätze bleiben.`,
  rows: (label) => `${label}, Liste`,
  selectRow: (title) => `${title} auswählen`,
  selectAll: "Alles Geladene auswählen",
  selected: (count) => `${number(count)} ausgewählt`,
  clearSelection: "Auswahl aufheben",
  loaded: (count, more) => (more ? `${number(count)}+` : number(count)),
  loadedHint: (count, more) => (more ? `${records(count)} geladen, und es gibt mehr` : records(count)),
  loading: "Wird gelesen …",
  emptyTitle: () => "Noch keine Einträge",
  emptyText: (one) => `Mit „${one} anlegen“ beginnen; der Eintrag erscheint hier sofort.`,
  emptyReadOnly: "Sie erscheinen hier, sobald es welche gibt.",
  nothingTitle: "Nichts passt",
  nothingText: "Kein Datensatz passt zu allen Filtern und Suchwörtern.",
  notRead: (label) => `Nicht lesbar: ${label}`,
  tryAgain: "Erneut versuchen",
  save: "Speichern",
  saving: "Wird gespeichert …",
  saved: "Gespeichert.",
  created: "Angelegt.",
  deleted: "Gelöscht.",
  cancel: "Abbrechen",
  edit: "Bearbeiten",
  delete: "Löschen",
  deleteSure: (title, comesBack = false) => `„${title}“ löschen? ${afterwards(comesBack)}`,
  deleteManySure: (count, comesBack = false) => `${records(count)} löschen? ${afterwards(comesBack)}`,
  actManySure: (label, count) => `${label}: ${records(count)}?`,
  required: "erforderlich",
  choose: "–",
  fault: inGerman,
  lookAtMarked: "Bitte die markierten Felder prüfen.",
  notSaved: "Es wurde nicht gespeichert",
  notDone: "Es wurde nicht ausgeführt",
  from: (min, max) => `von ${min} bis ${max}`,
  atLeast: (min) => `mindestens ${min}`,
  atMost: (max) => `höchstens ${max}`,
  nothingFound: "Nichts gefunden",
  pick: (label) => `${label}: auswählen`,
  noneChosen: "keine",
  restored: "Was hier zuvor eingegeben wurde, ist wieder da.",
  discard: "Verwerfen",
  conflictTitle: "Jemand anders hat diesen Datensatz geändert",
  conflictText:
    "Er wurde nach dem Öffnen von jemand anderem gespeichert. Bitte wählen, was bei dem gelten soll, was beide geändert haben.",
  conflictNone: "Nichts wurde von beiden geändert. Speichern behält beides.",
  conflictTaken: (labels) => `Von dort übernommen: ${labels}.`,
  theirs: "Fremd",
  yours: "Eigen",
  saveBoth: "So speichern",
  showAll: "Alle anzeigen",
  history: "Verlauf",
  noHistory: "Dazu ist noch nichts verzeichnet.",
  more: "Mehr anzeigen",
  by: (who) => `von ${who}`,
  system: "System",
  progress: (done, total) => `${number(done)} von ${number(total)}`,
  stop: "Stoppen",
  failedSome: (count) => `${records(count)} abgelehnt`,
  done: "Fertig",
  back: "Zurück",
  goneTitle: "Diesen Datensatz gibt es hier nicht",
  inZone: (zone) => `Zeit in ${zone}`,
  keys: "Pfeiltasten bewegen, Eingabe öffnet, Leertaste wählt aus.",
};

/** What is wrong with a value, by the sentences of records/rules.ts; one that is not known stays as it is. */
const FAULTS: [RegExp, string][] = [
  [/^is required$/, "ist erforderlich"],
  [/^must not contain the character U\+0000$/, "darf das Zeichen U+0000 nicht enthalten"],
  [/^must be a date, such as (.*)$/, "muss ein Datum sein, etwa $1"],
  [/^must be a time, such as (.*)$/, "muss ein Zeitpunkt sein, etwa $1"],
  [/^must be one of (.*)$/, "muss eins davon sein: $1"],
  [/^must be an e-mail address$/, "muss eine E-Mail-Adresse sein"],
  [/^must be a UUID$/, "muss eine UUID sein"],
  [/^must be true or false$/, "muss wahr oder falsch sein"],
  [/^must be a whole number$/, "muss eine ganze Zahl sein"],
  [/^must be a decimal number, such as .*$/, "muss eine Dezimalzahl sein, etwa 12,50"],
  [/^must have at least (.*) characters$/, "muss mindestens $1 Zeichen haben"],
  [/^must have at most (.*) characters$/, "darf höchstens $1 Zeichen haben"],
  [/^must have at most (.*) digits after the point$/, "darf höchstens $1 Ziffern nach dem Komma haben"],
  [/^must have at most (.*) digits before the point$/, "darf höchstens $1 Ziffern vor dem Komma haben"],
  [/^must be at least (.*)$/, "muss mindestens $1 sein"],
  [/^must be at most (.*)$/, "darf höchstens $1 sein"],
  [/^is not JSON: (.*)$/, "ist kein JSON: $1"],
];

function inGerman(message: string): string {
  const known = FAULTS.find(([pattern]) => pattern.test(message));
  return known ? message.replace(...known) : message;
}

/** What a host of record screens says of its language. */
export function spoken(): { words?: Words; manner: { locale: string } } {
  return { ...(language() === "de" && { words: GERMAN }), manner: { locale: locale() } };
}
