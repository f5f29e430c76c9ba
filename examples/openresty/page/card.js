// One port-in on the page.

import { button, element } from "./dom.js";
import { guard } from "./live.js";
import {
  count,
  day,
  inWords,
  isRejected,
  mixOf,
  phoneNumber,
  reasonsOf,
  shadeOf,
  titleOf,
} from "./words.js";

const REASONS = 3; // on a card; the list of numbers has all
const actions = { cancel: null, stop: null };

// What its buttons do: `cancel(entry, number)`, without a number for the whole port-in, and
// `stop(entry)`.
export function setActions(cancel, stop) {
  Object.assign(actions, { cancel, stop });
}

function control(name, made) {
  made.dataset.control = name;
  made.dataset.live = "";
  return made;
}

function numberLine(entry, number) {
  const line = element("li");
  const words = element("div");
  const name = phoneNumber(number.phone_number);
  const status = number.port_date
    ? `${inWords(number.status)}, port date ${day(number.port_date)}`
    : inWords(number.status);
  words.append(
    element("span", "number", name),
    element("span", isRejected(number) ? "status bad" : "faint", status),
  );
  line.append(words);
  if (number.reason) words.append(element("span", "faint", number.reason));
  if (number.is_cancelable && !entry.problem) {
    line.append(
      control(
        number.sid,
        button("quiet", "Cancel …", `${name} only, of the port-in ${entry.sid}`, () =>
          actions.cancel(entry, number),
        ),
      ),
    );
  }
  return line;
}

// The list is made when it is opened: it may have 1000 numbers.
function numbersOf(entry, isOpen) {
  const total = entry.number_count || 0;
  const details = element("details", "numbers");
  const summary = element("summary", "", count(total, "number"));
  const list = element("ul");
  summary.append(
    element("span", "unseen", ` of ${titleOf(entry)}`),
    element("span", "faint mix", mixOf(entry)),
  );
  summary.dataset.control = "numbers";
  details.append(summary, list);
  const fill = () => {
    if (!details.open || list.firstChild) return;
    list.append(...(entry.numbers || []).map((number) => numberLine(entry, number)));
    guard(list);
  };
  details.addEventListener("toggle", fill);
  details.open = isOpen;
  fill();
  return details;
}

function reasonsList(entry) {
  const reasons = reasonsOf(entry);
  const list = element("ul", "reasons");
  for (const reason of reasons.slice(0, REASONS)) list.append(element("li", "", reason));
  const rest = reasons.length - REASONS;
  if (rest > 0) list.append(element("li", "", `and ${rest} more`));
  return list;
}

function problemOf(entry) {
  const block = element("div", "problem");
  block.append(element("p", "", entry.problem));
  if (entry.detail) {
    const detail = element("details");
    detail.append(element("summary", "", "For support"), element("p", "", entry.detail));
    detail.firstChild.dataset.control = "detail";
    block.append(detail);
  }
  return block;
}

function footOf(entry) {
  const foot = element("div", "actions");
  const about = `${titleOf(entry)}, ${entry.sid}`;
  if (entry.is_cancelable) {
    foot.append(
      control(
        "cancel",
        button("quiet", "Cancel port-in …", about, () => actions.cancel(entry)),
      ),
    );
  }
  foot.append(
    control(
      "stop",
      button("quiet", "Stop watching", about, () => actions.stop(entry)),
    ),
  );
  return foot;
}

function fill(item, entry) {
  const wasOpen = item.querySelector("details.numbers")?.open || false;
  const status = element("p", "status", entry.is_new ? "…" : inWords(entry.status));
  const parts = [status, element("h3", "", titleOf(entry)), element("p", "sid", entry.sid)];
  if (entry.problem) parts.push(problemOf(entry));
  const reasons = reasonsList(entry);
  if (reasons.firstChild) parts.push(reasons);
  if (entry.target_date && !entry.is_terminal)
    parts.push(element("p", "", `Port date wanted: ${day(entry.target_date)}`));
  if (entry.number_count > 0) parts.push(numbersOf(entry, wasOpen));
  parts.push(footOf(entry));
  item.className = `card ${shadeOf(entry.status)}`;
  item.dataset.sid = entry.sid;
  item.tabIndex = -1;
  item.replaceChildren(...parts);
  guard(item);
}

// The card's control of that name, or the card: it may have gone.
export function focusOn(item, name) {
  (item.querySelector(`[data-control="${CSS.escape(name || "")}"]`) || item).focus();
}

// Fills the card anew. The focus stays where it was.
export function update(item, entry) {
  const focused = item.contains(document.activeElement)
    ? document.activeElement.dataset.control || ""
    : null;
  fill(item, entry);
  return () => {
    if (focused !== null) focusOn(item, focused);
  };
}

export function flash(item) {
  item.classList.add("changed");
  item.addEventListener("animationend", () => item.classList.remove("changed"), { once: true });
}
