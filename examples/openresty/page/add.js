// Watching more port-ins: by SID, or chosen from the account's. And watching one no longer.

import { button, byId, call, element, say, warn } from "./dom.js";
import { guard } from "./live.js";
import { count, inWords, titleOf } from "./words.js";

const STATUSES = [
  "action_required",
  "waiting_for_signature",
  "in_review",
  "in_progress",
  "pending",
  "canceling",
  "completed",
  "canceled",
  "expired",
];

const sidField = byId("sid");
const chosen = byId("find-status");
const found = byId("found");

export async function stop(entry) {
  try {
    await call(`watched/${entry.sid}`, { method: "DELETE" });
    say(`The port-in of ${titleOf(entry)} is not watched any longer. It goes on.`);
  } catch (error) {
    warn(`${titleOf(entry)}: ${error.message}`);
  }
}

const watch = (sid) => call(`watched/${sid}`, { method: "PUT" });

byId("watch").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = byId("watch-problem");
  const sid = sidField.value.trim();
  words.textContent = "";
  if (!/^KW[0-9a-fA-F]{32}$/.test(sid)) {
    words.textContent = "A port-in's SID is KW and 32 hexadecimal digits.";
    sidField.setAttribute("aria-invalid", "true");
    sidField.focus();
    return;
  }
  sidField.removeAttribute("aria-invalid");
  try {
    await watch(sid);
    sidField.value = "";
    say(`${sid} is watched.`);
  } catch (error) {
    words.textContent = error.message;
  }
});

function foundLine(item) {
  const line = element("li");
  const words = element("div");
  words.append(
    element("span", "sid", item.sid),
    element(
      "span",
      "faint",
      item.number_count === undefined ? inWords(item.status) : count(item.number_count, "number"),
    ),
  );
  line.append(words);
  if (item.is_watched) {
    line.append(element("span", "faint", "Watched"));
    return line;
  }
  const add = button("quiet", "Watch", item.sid, async () => {
    try {
      await watch(item.sid);
      const done = element("span", "faint", "Watched");
      done.tabIndex = -1;
      add.replaceWith(done);
      done.focus();
    } catch (error) {
      byId("find-problem").textContent = error.message;
    }
  });
  add.dataset.live = "";
  line.append(add);
  return line;
}

byId("find").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = byId("find-summary");
  const status = chosen.value;
  byId("find-problem").textContent = "";
  words.textContent = "Asking Twilio …";
  found.replaceChildren();
  try {
    const { items = [], is_more: isMore } = await call(`listing?status=${status}`);
    if (status !== chosen.value) return;
    found.replaceChildren(...items.map(foundLine));
    guard(found);
    words.textContent =
      items.length === 0
        ? "The account has none at this status."
        : `${isMore ? "The first " : ""}${count(items.length, "port-in")}.`;
  } catch (error) {
    words.textContent = "";
    byId("find-problem").textContent = error.message;
  }
});

chosen.replaceChildren(...STATUSES.map((status) => new Option(inWords(status), status)));
