// The admin page: lists and forms for any model, driven by manifest.json. Data only ever becomes text nodes.
"use strict";

const PAGE = 25;
const main = document.getElementById("main");
let manifest;
let turn = 0;

/** Makes an element; `on…` properties are listeners, `class` and attributes are set, children are appended. */
function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

async function request(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw { code: "unreachable", message: "The application does not answer. Is it running?", details: [] };
  }
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return answer;
  throw answer?.error ?? { code: "unknown", message: `The application answered ${response.status}.` };
}

let noticeTimer;
function notify(text) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { notice.textContent = ""; }, 4000);
}

const modelOf = (name) => manifest.models.find((model) => model.name === name);
const address = (...parts) => "#/" + parts.map(encodeURIComponent).join("/");
const api = (...parts) => "api/" + parts.map(encodeURIComponent).join("/");

/** How a record calls itself in a picker or a cell. */
function titleOf(model, record) {
  const text = model.display ? record[model.display] : null;
  if (text) return String(text);
  const number = model.fields.map((field) => record[field.name]).find((value) => value !== null && value !== "");
  return number === undefined ? record.id.slice(-8) : `${number} · ${record.id.slice(-6)}`;
}

// Routing: #/books, #/books?sort=title, #/books/new, #/books/<id>

function route() {
  const mine = ++turn;
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, id] = path.split("/").map(decodeURIComponent);
  const model = modelOf(name) ?? manifest.models[0];
  for (const link of document.querySelectorAll("#models a")) {
    if (link.dataset.model === model.name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${model.label} · ${manifest.label}`;
  const show = (...nodes) => { if (mine === turn) main.replaceChildren(...nodes); };
  const work = id ? showForm(model, id === "new" ? null : id, show) : showList(model, new URLSearchParams(search), show);
  work.catch((error) => show(el("p", { class: "alert", role: "alert" }, error.message ?? String(error))));
}

// List

const trail = new Map();

async function showList(model, parameters, show) {
  const query = new URLSearchParams(parameters);
  query.set("limit", PAGE);
  const page = await request("GET", `${api(model.name)}?${query}`);
  const labels = await relatedLabels(model, page.items);
  const search = el("input", { type: "search", placeholder: "Search …", "aria-label": "Search", value: parameters.get("q") ?? "" });
  const go = (changes) => {
    const next = new URLSearchParams(parameters);
    if (!("cursor" in changes)) next.delete("cursor");
    for (const [key, value] of Object.entries(changes)) value ? next.set(key, value) : next.delete(key);
    location.hash = `${address(model.name)}${next.size ? `?${next}` : ""}`;
  };
  let timer;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => go({ q: search.value }), 250); });
  const narrowed = [...parameters.keys()].filter((key) => !["q", "sort", "cursor"].includes(key));
  const bar = el("div", { class: "bar" }, el("h1", {}, model.label),
    narrowed.length ? el("a", { class: "button", href: address(model.name) }, "Show all") : null, search,
    el("a", { class: "button primary", href: address(model.name, "new") }, "New"));
  const body = page.items.length
    ? el("div", { class: "card scroll" }, table(model, page.items, labels, parameters.get("sort"), go))
    : el("div", { class: "card empty" }, parameters.size ? "Nothing found." : `No ${model.label.toLowerCase()} yet. Create the first with “New”.`);
  const back = parameters.has("cursor");
  const pages = back || page.next_cursor ? el("div", { class: "pages" },
    el("button", { disabled: !back, onclick: () => go({ cursor: trail.get(parameters.get("cursor")) ?? null }) }, "Back"),
    el("button", { disabled: !page.next_cursor, onclick: () => { trail.set(page.next_cursor, parameters.get("cursor")); go({ cursor: page.next_cursor }); } }, "Next")) : null;
  const focused = document.activeElement?.type === "search";
  show(bar, body, ...(pages ? [pages] : []));
  if (focused) { search.focus(); search.setSelectionRange(search.value.length, search.value.length); }
}

function table(model, items, labels, sort, go) {
  const fields = model.fields.filter((field) => !["long_text", "json"].includes(field.type)).slice(0, 6);
  const numeric = (field) => (["integer", "decimal"].includes(field.type) ? "number" : undefined);
  const heads = fields.map((field) => {
    const down = sort === `-${field.name}`, up = sort === field.name;
    const button = el("button", { "aria-pressed": String(up || down), onclick: () => go({ sort: up ? `-${field.name}` : down ? null : field.name }) },
      `${field.label}${up ? " ↑" : down ? " ↓" : ""}`);
    return el("th", { class: numeric(field), scope: "col" }, button);
  });
  const relations = model.relations.slice(0, 2);
  heads.push(...relations.map((relation) => el("th", { scope: "col" }, el("button", { disabled: true }, relation.label))));
  const rows = items.map((record) => {
    const cells = fields.map((field, index) => {
      const content = cell(field, record[field.name]);
      return el("td", { class: numeric(field) }, index === 0 ? el("a", { href: address(model.name, record.id) }, content) : content);
    });
    cells.push(...relations.map((relation) => {
      const ids = [record[relation.key] ?? []].flat();
      return el("td", {}, ids.map((id) => labels.get(id) ?? id.slice(-8)).join(", ") || "–");
    }));
    return el("tr", { onclick: (event) => { if (event.target.tagName !== "A") location.hash = address(model.name, record.id); } }, ...cells);
  });
  return el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
}

function cell(field, value) {
  if (value === null || value === undefined || value === "") return el("span", { class: "no" }, "–");
  if (field.type === "boolean") return el("span", { class: value ? "yes" : "no" }, value ? "✓ yes" : "no");
  if (field.type === "enum") return el("span", { class: "tag" }, value);
  if (field.type === "datetime") return new Date(value).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  return String(value);
}

/** The names of the records that a page refers to, each fetched once. */
async function relatedLabels(model, items) {
  const wanted = new Map();
  for (const relation of model.relations)
    for (const id of items.flatMap((record) => record[relation.key] ?? [])) wanted.set(id, relation.target);
  const labels = new Map();
  await Promise.all([...wanted].map(async ([id, target]) => {
    const record = await request("GET", api(target, id)).catch(() => null);
    if (record) labels.set(id, titleOf(modelOf(target), record));
  }));
  return labels;
}

// Form

async function showForm(model, id, show) {
  const record = id ? await request("GET", api(model.name, id)) : null;
  const labels = record ? await relatedLabels(model, [record]) : new Map();
  const alert = el("div", { class: "alert wide", role: "alert", hidden: true });
  const inputs = [...model.fields.map((field) => fieldInput(field, record)),
    ...model.relations.map((relation) => relationInput(relation, record, labels))];
  const save = el("button", { class: "primary", type: "submit" }, id ? "Save" : "Create");
  const actions = el("div", { class: "actions wide" }, save, el("a", { class: "button", href: address(model.name) }, "Cancel"),
    id ? el("button", { class: "danger", type: "button", onclick: () => remove(model, record, alert) }, "Delete") : null);
  const form = el("form", { class: "card", novalidate: true }, alert, ...inputs.map((input) => input.node), actions);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    for (const input of inputs) input.fault("");
    const document = {};
    let sound = true;
    for (const input of inputs) {
      try { const value = input.read(); if (value !== undefined) document[input.key] = value; }
      catch (error) { input.fault(error.message); sound = false; }
    }
    if (!sound) return;
    save.disabled = true;
    try {
      await request(id ? "PUT" : "POST", id ? api(model.name, id) : api(model.name), document);
      notify(id ? "Saved." : "Created.");
      location.hash = address(model.name);
    } catch (error) {
      showFaults(error, inputs, alert);
      save.disabled = false;
    }
  });
  const links = id && model.referrers.length ? el("div", { class: "links" }, el("span", { class: "hint" }, "Referred to by"),
    ...model.referrers.map((other) => el("a", { class: "button", href: `${address(other.model)}?${other.key}=${id}` }, `${other.label} (${other.name.replaceAll("_", " ")})`))) : null;
  const title = id ? titleOf(model, record) : `New in ${model.label}`;
  show(el("div", { class: "bar" }, el("h1", {}, title)), form, ...(links ? [links] : []));
  form.querySelector("input, textarea, select")?.focus();
}

/** Each fault goes beside its field; what belongs to no field is shown on top. */
function showFaults(error, inputs, alert) {
  const rest = [];
  for (const { path, message } of error.details ?? []) {
    const input = inputs.find((known) => path === `/${known.key}` || path.startsWith(`/${known.key}/`));
    if (input) input.fault(message); else rest.push(`${path.replace(/^\//, "")} ${message}`.trim());
  }
  const texts = rest.length || !(error.details ?? []).length ? [error.message, ...rest] : ["Please look at the marked fields."];
  alert.textContent = [...new Set(texts)].join(" · ");
  alert.hidden = false;
  inputs.find((input) => input.node.classList.contains("faulty"))?.node.querySelector("input, textarea, select")?.focus();
}

async function remove(model, record, alert) {
  if (!confirm(`Delete “${titleOf(model, record)}”? This cannot be undone.`)) return;
  try {
    await request("DELETE", api(model.name, record.id));
    notify("Deleted.");
    location.hash = address(model.name);
  } catch (error) { showFaults(error, [], alert); }
}

let serial = 0;
function frame(key, label, required, wide, control, note) {
  const id = `field-${++serial}`;
  control.id = id;
  const fault = el("span", { class: "fault", id: `${id}-fault` });
  control.setAttribute("aria-describedby", fault.id);
  const star = required ? el("span", { class: "star", title: "required" }, "*") : null;
  return { fault, node: (content) => el("div", { class: wide ? "field wide" : "field" }, el("label", { for: id }, label, star), content, note ? el("span", { class: "note" }, note) : null, fault) };
}

function fieldInput(field, record) {
  const value = record ? record[field.name] : field.default;
  const { control, read, wide } = controlFor(field, value ?? null);
  const bounds = field.options.min ?? field.options.max;
  const parts = frame(field.name, field.label, field.required, wide, control,
    bounds !== undefined && bounds !== null && ["decimal", "integer"].includes(field.type) && Number.isSafeInteger(Number(field.options.max ?? 0)) && Math.abs(field.options.max ?? 0) < 1e12
      ? `from ${field.options.min ?? "…"} to ${field.options.max ?? "…"}` : "");
  const content = field.type === "boolean" ? el("div", { class: "check" }, control) : control;
  const node = parts.node(content);
  return { key: field.name, node, read, fault: (message) => mark(node, parts.fault, control, message) };
}

function mark(node, fault, control, message) {
  fault.textContent = message;
  node.classList.toggle("faulty", message !== "");
  if (message) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
}

function controlFor(field, value) {
  const { options } = field;
  const simple = (type, extra = {}) => {
    const control = el("input", { type, value: value ?? "", ...extra });
    return { control, read: faithful(control, value) };
  };
  const area = () => {
    const control = el("textarea");
    control.value = value ?? "";
    return { control, wide: true, read: faithful(control, value) };
  };
  switch (field.type) {
    case "boolean": {
      if (!field.required) return chooser([["", "–"], ["true", "yes"], ["false", "no"]], value === null ? "" : String(value), (text) => (text === "" ? null : text === "true"));
      const control = el("input", { type: "checkbox" });
      control.checked = value === true;
      return { control, read: () => control.checked };
    }
    case "enum": return chooser([["", "–"], ...options.values.map((text) => [text, text])], value ?? "", (text) => text || null);
    case "integer": {
      const { control } = simple("text", { inputmode: "numeric" });
      return { control, read: () => { const text = control.value.trim(); if (text === "") return null; if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) throw new Error("must be a whole number"); return Number(text); } };
    }
    case "decimal": {
      const { control } = simple("text", { inputmode: "decimal" });
      return { control, read: () => control.value.trim().replace(",", ".") || null };
    }
    case "date": return simple("date");
    case "datetime": {
      const control = el("input", { type: "datetime-local", step: "1" });
      if (value) { const time = new Date(value); control.value = new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 19); }
      const shown = control.value;
      return { control, read: () => (control.value === "" ? null : control.value === shown && value ? value : new Date(control.value).toISOString()) };
    }
    case "long_text": return area();
    // A line of input would drop the breaks of a text that was written elsewhere.
    case "text": return /[\r\n]/.test(value ?? "") ? area() : simple("text", { autocomplete: "off" });
    case "json": {
      const control = el("textarea", { class: "code", spellcheck: "false" });
      control.value = value === null ? "" : JSON.stringify(value, null, 2);
      return { control, wide: true, read: () => { if (control.value.trim() === "") return null; try { return JSON.parse(control.value); } catch (error) { throw new Error(`is not JSON: ${error.message}`); } } };
    }
    case "email": return simple("email", { autocomplete: "off" });
    default: return simple("text", { autocomplete: "off" });
  }
}

/** A control may show a value in a form of its own (a textarea has one kind of line break); what nobody edited stays. */
function faithful(control, value) {
  const shown = control.value;
  return () => (control.value === shown ? value : control.value === "" ? null : control.value);
}

function chooser(pairs, value, convert) {
  const control = el("select", {}, ...pairs.map(([key, text]) => el("option", { value: key }, text)));
  control.value = value;
  return { control, read: () => convert(control.value) };
}

/** Picks one or many records of another model by searching in its texts. */
function relationInput(relation, record, labels) {
  const target = modelOf(relation.target);
  let chosen = [record?.[relation.key] ?? []].flat().map((id) => ({ id, text: labels.get(id) ?? id }));
  const chips = el("div", { class: "chips" });
  const search = el("input", { type: "text", placeholder: `Search ${target.label.toLowerCase()} …`, autocomplete: "off", role: "combobox", "aria-expanded": "false" });
  const options = el("ul", { class: "options", role: "listbox", hidden: true });
  let found = [], marked = 0, asked = 0;
  const draw = () => {
    chips.replaceChildren(...chosen.map((item) => el("span", { class: "chip" }, item.text,
      el("button", { type: "button", "aria-label": `Remove ${item.text}`, onclick: () => { chosen = chosen.filter((other) => other !== item); draw(); } }, "×"))));
    search.hidden = !relation.many && chosen.length > 0;
  };
  const close = () => { options.hidden = true; search.setAttribute("aria-expanded", "false"); };
  const choose = (item) => { chosen = relation.many ? [...chosen, item] : [item]; search.value = ""; close(); draw(); if (relation.many) search.focus(); };
  const list = () => {
    options.replaceChildren(...(found.length ? found.map((item, index) => el("li", { role: "option", "aria-selected": String(index === marked), onmousedown: (event) => { event.preventDefault(); choose(item); } }, item.text))
      : [el("li", { class: "none" }, "Nothing found")]));
    options.hidden = false;
    search.setAttribute("aria-expanded", "true");
  };
  const look = async () => {
    const mine = ++asked;
    const page = await request("GET", `${api(target.name)}?${new URLSearchParams({ q: search.value, limit: 20 })}`).catch(() => ({ items: [] }));
    if (mine !== asked || document.activeElement !== search) return;
    found = page.items.map((item) => ({ id: item.id, text: titleOf(target, item) })).filter((item) => !chosen.some((other) => other.id === item.id));
    marked = 0;
    list();
  };
  search.addEventListener("input", look);
  search.addEventListener("focus", look);
  search.addEventListener("blur", close);
  search.addEventListener("keydown", (event) => {
    if (options.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); marked = Math.max(0, Math.min(found.length - 1, marked + (event.key === "ArrowDown" ? 1 : -1))); list(); }
    else if (event.key === "Enter") { event.preventDefault(); if (found[marked]) choose(found[marked]); }
  });
  draw();
  const parts = frame(relation.key, relation.label, relation.required, false, search, "");
  const node = parts.node(el("div", { class: "picker" }, chips, search, options));
  const read = () => (relation.many ? chosen.map((item) => item.id) : chosen[0]?.id ?? null);
  return { key: relation.key, node, read, fault: (message) => mark(node, parts.fault, search, message) };
}

async function start() {
  manifest = await request("GET", "manifest.json");
  document.getElementById("title").textContent = manifest.label;
  document.getElementById("mark").textContent = [...manifest.label.replace(/^the\s+/i, "")][0]?.toUpperCase() ?? "";
  document.getElementById("version").textContent = manifest.version;
  document.getElementById("models").replaceChildren(...manifest.models.map((model) => {
    const link = el("a", { href: address(model.name) }, model.label);
    link.dataset.model = model.name;
    return link;
  }));
  addEventListener("hashchange", route);
  route();
}

start().catch((error) => main.replaceChildren(el("p", { class: "alert", role: "alert" }, error.message ?? String(error))));
