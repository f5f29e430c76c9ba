// The desk's page: shows what is watched, and cancels after asking. Whatever comes from outside is
// put in as text, never as markup.

const list = document.getElementById("port-ins");
const entries = new Map(); // by SID: { entry, item }

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function inWords(status) {
  if (!status) return "Status unknown";
  const words = status.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

const shades = {
  in_progress: "open", in_review: "open", pending: "open",
  waiting_for_signature: "waiting", action_required: "waiting", canceling: "waiting",
  completed: "done", canceled: "gone", expired: "gone",
};

function titleOf(entry) {
  return entry.customer_name || "No customer name";
}

function numbersOf(entry) {
  const numbers = element("ul", "numbers");
  for (const number of entry.numbers || []) {
    const line = element("li");
    line.append(element("span", "", number.phone_number || "No number"),
      element("span", "", inWords(number.status)));
    numbers.append(line);
  }
  return numbers;
}

function fill(item, entry) {
  const hadFocus = item.contains(document.activeElement);
  item.className = shades[entry.status] || "unknown";
  item.dataset.sid = entry.sid;
  item.replaceChildren(element("h2", "", titleOf(entry)), element("p", "status", inWords(entry.status)),
    element("p", "sid", entry.sid));
  if (entry.target_date && !entry.is_terminal) item.append(element("p", "", `To be ported on ${entry.target_date}`));
  item.append(numbersOf(entry));
  const more = (entry.number_count || 0) - (entry.numbers || []).length;
  if (more > 0) item.append(element("p", "", `and ${more} more`));
  if (entry.problem) item.append(element("p", "problem", entry.problem));
  if (entry.is_cancelable) {
    const button = element("button", "", "Cancel …");
    button.type = "button";
    button.setAttribute("aria-label", `Cancel the port-in of ${titleOf(entry)}, ${entry.sid}`);
    button.addEventListener("click", () => ask(entry));
    item.append(button);
  }
  if (hadFocus) (item.querySelector("button") || list).focus();
}

function summarize() {
  const count = entries.size;
  const open = [...entries.values()].filter(({ entry }) => !entry.is_terminal).length;
  document.getElementById("summary").textContent =
    count === 0 ? "Nothing is watched yet." : `${count} watched, ${open} under way.`;
}

function show(entry) {
  const known = entries.get(entry.sid);
  const item = known ? known.item : list.appendChild(element("li"));
  fill(item, entry);
  if (known && known.entry.status !== entry.status) {
    item.classList.add("changed");
    item.addEventListener("animationend", () => item.classList.remove("changed"), { once: true });
    document.getElementById("news").textContent =
      `The port-in of ${titleOf(entry)} is now: ${inWords(entry.status)}.`;
  }
  entries.set(entry.sid, { entry, item });
  summarize();
}

// The answer's object; an error with the desk's words if it is no success.
async function call(path, options) {
  const answer = await fetch(path, options).catch(() => null);
  if (!answer) throw new Error("The desk does not answer.");
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.message || `The desk answered ${answer.status}.`);
  return body;
}

// Cancelling.

const dialog = document.getElementById("confirm");
const cancelButton = document.getElementById("cancel");
const problem = document.getElementById("confirm-problem");
let asked = null; // { entry, token }
let asking = 0; // an offer that comes when the dialog is about something else is too late

async function ask(entry) {
  document.getElementById("confirm-text").textContent =
    `${titleOf(entry)}, ${entry.number_count || 0} numbers, ${inWords(entry.status).toLowerCase()}: ${entry.sid}`;
  problem.textContent = "";
  cancelButton.disabled = true;
  asked = null;
  const turn = ++asking;
  dialog.showModal();
  try {
    const offer = await call(`port-ins/${entry.sid}/cancellation`);
    if (turn !== asking || !dialog.open) return;
    asked = { entry, token: offer.token };
    cancelButton.disabled = !offer.is_cancelable;
    if (!offer.is_cancelable) problem.textContent = `It is ${inWords(offer.status).toLowerCase()} by now.`;
  } catch (error) {
    if (turn === asking) problem.textContent = error.message;
  }
}

cancelButton.addEventListener("click", async () => {
  const { entry, token } = asked;
  const turn = asking;
  cancelButton.disabled = true;
  try {
    await call(`port-ins/${entry.sid}/cancellation`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }),
    });
    if (turn === asking) dialog.close();
    document.getElementById("news").textContent =
      `Cancelling the port-in of ${titleOf(entry)} was accepted.`;
  } catch (error) {
    if (turn === asking && dialog.open) problem.textContent = error.message;
    else document.getElementById("news").textContent = `${titleOf(entry)}: ${error.message}`;
  }
});

document.getElementById("keep").addEventListener("click", () => dialog.close());

dialog.addEventListener("close", () => {
  const known = asked && entries.get(asked.entry.sid);
  if (known) (known.item.querySelector("button") || list).focus();
});

// Watching one more.

document.getElementById("watch").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = document.getElementById("sid");
  const words = document.getElementById("watch-problem");
  const sid = field.value.trim();
  words.textContent = "";
  if (!/^KW[0-9a-fA-F]{32}$/.test(sid)) {
    words.textContent = "A port-in's SID is KW and 32 hexadecimal digits.";
    field.focus();
    return;
  }
  try {
    await call(`port-ins/${sid}`);
    field.value = "";
  } catch (error) {
    words.textContent = error.message;
  }
});

// What changes.

const connection = document.getElementById("connection");
const events = new EventSource("events");

events.addEventListener("open", () => {
  connection.textContent = "Live";
  connection.className = "";
});
events.addEventListener("error", () => {
  connection.textContent = "Connection lost, trying again …";
  connection.className = "lost";
});
// What the desk watches: after a restart it may be less.
events.addEventListener("watched", (event) => {
  const sids = new Set(JSON.parse(event.data));
  for (const [sid, { item }] of entries) {
    if (sids.has(sid)) continue;
    item.remove();
    entries.delete(sid);
  }
  summarize();
});
events.addEventListener("port-in", (event) => show(JSON.parse(event.data)));
summarize();
