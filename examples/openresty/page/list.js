// All cards: in groups, those first that need a person; searched and filtered.

import { flash, update } from "./card.js";
import { byId, element, say } from "./dom.js";
import { inWords, isRejected, mixOf, titleOf } from "./words.js";

const entries = new Map(); // by SID: { entry, item, group, order }
let added = 0;
const groups = {
  attention: { title: "Needs attention", section: byId("attention") },
  open: { title: "Under way", section: byId("under-way") },
  ended: { title: "Ended", section: byId("ended") },
};
const search = byId("search");
const filter = byId("filter");
let isLoaded = false;

function groupOf(entry) {
  if (entry.status === "action_required") return "attention";
  if (entry.is_terminal) return "ended";
  return (entry.numbers || []).some(isRejected) || (!entry.status && !entry.is_new)
    ? "attention"
    : "open";
}

export function cardOf(sid) {
  return entries.get(sid)?.item;
}

const digits = (text) => text.replace(/\D/g, "");

// A number is found however it is written.
function fits(entry) {
  if (filter.value && (entry.status || "") !== filter.value) return false;
  const wanted = search.value.trim().toLowerCase();
  if (!wanted) return true;
  if (`${titleOf(entry)} ${entry.sid}`.toLowerCase().includes(wanted)) return true;
  const number = /[a-z]/.test(wanted) ? "" : digits(wanted);
  return (
    number !== "" &&
    (entry.numbers || []).some(({ phone_number: own }) => digits(own || "").includes(number))
  );
}

function showEmpty(shown) {
  const empty = byId("empty");
  byId("tools").hidden = entries.size === 0;
  empty.hidden = shown > 0;
  if (!isLoaded) empty.textContent = "Loading …";
  else if (entries.size === 0)
    empty.textContent =
      "Nothing is watched yet. Add a port-in by its SID, or choose from the account's.";
  else empty.textContent = "No watched port-in fits the search.";
}

function summarize(shown) {
  const words =
    shown === entries.size ? `${entries.size} watched` : `${shown} of ${entries.size} shown`;
  const summary = byId("summary");
  if (summary.textContent !== words) summary.textContent = words;
}

// Shows those that fit, and how many.
export function arrange() {
  const amounts = { attention: 0, open: 0, ended: 0 };
  for (const { entry, item, group } of entries.values()) {
    item.hidden = !fits(entry);
    if (!item.hidden) amounts[group] += 1;
  }
  for (const [name, { title, section }] of Object.entries(groups)) {
    section.hidden = amounts[name] === 0;
    section.firstChild.replaceChildren(title, " ", element("span", "faint", `${amounts[name]}`));
  }
  const shown = amounts.attention + amounts.open + amounts.ended;
  summarize(shown);
  showEmpty(shown);
}

function fillFilter() {
  const amounts = new Map();
  for (const { entry } of entries.values()) {
    if (entry.status) amounts.set(entry.status, (amounts.get(entry.status) || 0) + 1);
  }
  const chosen = filter.value;
  if (chosen && !amounts.has(chosen)) amounts.set(chosen, 0);
  const options = [...amounts]
    .sort()
    .map(([status, amount]) => new Option(`${inWords(status)} (${amount})`, status));
  options.unshift(new Option(`All (${entries.size})`, ""));
  if (options.map(({ text }) => text).join() === [...filter.options].map(({ text }) => text).join())
    return;
  filter.replaceChildren(...options); // only if they have changed: it may be open
  filter.value = chosen;
}

// Puts a card into its group, in the order in which they were added; where an action is required
// before the others.
function place(own) {
  const list = groups[own.group].section.lastElementChild;
  const rank = ({ entry, order }) => (entry.status === "action_required" ? 0 : 1e9) + order;
  const isAfter = (item) => item !== own.item && rank(entries.get(item.dataset.sid)) > rank(own);
  const next = [...list.children].find(isAfter) || null;
  if (own.item.parentNode !== list || own.item.nextElementSibling !== next)
    list.insertBefore(own.item, next);
}

// What has become of it, in a sentence; null if its status and those of its numbers are the same.
function changeOf(before, entry) {
  if (before.status !== entry.status) {
    return `The port-in of ${titleOf(entry)} is now: ${inWords(entry.status)}.`;
  }
  const mix = mixOf(entry);
  return mixOf(before) === mix ? null : `Numbers of the port-in of ${titleOf(entry)}: ${mix}.`;
}

export function show(entry) {
  const known = entries.get(entry.sid);
  const own = {
    entry,
    group: groupOf(entry),
    item: known?.item || element("li"),
    order: known?.order || ++added,
  };
  const refocus = update(own.item, entry);
  entries.set(entry.sid, own);
  place(own);
  const change = known && !known.entry.is_new ? changeOf(known.entry, entry) : null;
  if (change) {
    flash(own.item);
    say(change);
  }
  fillFilter();
  arrange();
  refocus();
}

// What the desk watches: after a restart it may be less. What was not fetched yet has a card
// already.
export function keepOnly(sids) {
  isLoaded = true;
  for (const [sid, { item }] of entries) {
    if (sids.includes(sid)) continue;
    const hadFocus = item.contains(document.activeElement);
    item.remove();
    entries.delete(sid);
    if (hadFocus) byId("port-ins").focus();
  }
  for (const sid of sids) if (!entries.has(sid)) show({ sid, is_new: true });
  fillFilter();
  arrange();
}

search.addEventListener("input", arrange);
filter.addEventListener("change", arrange);
