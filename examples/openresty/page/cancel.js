// Cancelling: the dialog asks the desk what would be cancelled and what speaks against it, shows
// all of it, and only then can be confirmed.

import { focusOn } from "./card.js";
import { byId, call, element, say, warn } from "./dom.js";
import { cardOf } from "./list.js";
import { accountSid, isLive, onChange } from "./live.js";
import { count, day, inWords, phoneNumber, titleOf, withDays } from "./words.js";

const dialog = byId("confirm");
const confirmButton = byId("cancel");
const risk = byId("confirm-risk");
const knowsRisk = risk.querySelector("input");
const detail = byId("confirm-detail");

let asked = null; // { entry, number, path, opener }
let offer = null; // the desk's answer, with a token
let turn = 0; // an answer that comes when the dialog is about something else is too late

const nameOf = ({ entry, number }) =>
  number ? phoneNumber(number.phone_number) : `the port-in of ${titleOf(entry)}`;

function update() {
  confirmButton.disabled = !isLive() || !offer || (offer.is_risky && !knowsRisk.checked);
}

function complain(text, more) {
  byId("confirm-problem").textContent = text;
  detail.hidden = !more;
  detail.open = false;
  detail.querySelector("p").textContent = more || "";
}

function facts(entry, number, status) {
  const list = element("dl");
  const add = (name, className, ...content) => {
    const value = element("dd", className);
    value.append(...content);
    list.append(element("dt", "", name), value);
  };
  const numbers = entry.numbers || [];
  if (number) add("Number", "strong", phoneNumber(number.phone_number));
  if (number) add("Number's SID", "sid", number.sid);
  add("Customer", "strong", titleOf(entry));
  add("Port-in", "sid", entry.sid);
  add("Account", "sid", accountSid());
  add("Status", "", inWords(status));
  if (entry.target_date) add("Port date wanted", "", day(entry.target_date));
  if (number) {
    const others = entry.number_count - 1;
    add(
      "Stays",
      "",
      others > 0
        ? `the port-in, with ${count(others, "other number")}`
        : "the port-in, without another number",
    );
    return list;
  }
  const items = element("ul", "numbers");
  for (const each of numbers) {
    const line = element("li");
    line.append(
      element("span", "number", phoneNumber(each.phone_number)),
      element("span", "faint", inWords(each.status)),
    );
    items.append(line);
  }
  add(count(entry.number_count || 0, "number"), "", items);
  const more = (entry.number_count || 0) - numbers.length;
  if (more > 0) items.append(element("li", "", `and ${more} more`));
  return list;
}

function begin({ entry, number }) {
  const what = number ? "this number" : "this port-in";
  byId("confirm-title").textContent = `Cancel ${what}?`;
  confirmButton.textContent = number ? "Cancel the number" : "Cancel the port-in";
  byId("confirm-facts").replaceChildren(facts(entry, number, (number || entry).status));
  byId("confirm-warning").replaceChildren();
  byId("confirm-busy").textContent = "Asking Twilio how it stands …";
  risk.hidden = true;
  knowsRisk.checked = false;
  complain("");
  update();
}

function showOffer(answer) {
  byId("confirm-facts").replaceChildren(facts(answer.port_in, answer.number, answer.status));
  const parts = [
    answer.warning && element("strong", "", withDays(answer.warning)),
    answer.meaning && element("p", "", answer.meaning),
  ];
  byId("confirm-warning").replaceChildren(...parts.filter(Boolean));
  risk.hidden = !answer.is_risky;
  offer = answer.token ? answer : null;
  if (!offer && !answer.warning) complain("Its status does not allow cancelling.");
}

export async function ask(entry, number) {
  const own = ++turn;
  const part = number ? `/numbers/${number.sid}` : "";
  asked = {
    entry,
    number,
    path: `port-ins/${entry.sid}${part}/cancellation`,
    opener: number ? number.sid : "cancel",
  };
  offer = null;
  begin(asked);
  dialog.showModal();
  try {
    const answer = await call(asked.path);
    if (own === turn && dialog.open) showOffer(answer);
  } catch (error) {
    if (own === turn) complain(error.message, error.detail);
  }
  if (own !== turn) return;
  byId("confirm-busy").textContent = "";
  update();
}

async function send() {
  const own = turn;
  const { token } = offer;
  const name = nameOf(asked);
  const body = JSON.stringify({ token, knows_risk: knowsRisk.checked });
  offer = null; // a token works once
  byId("keep").focus();
  byId("confirm-busy").textContent = "Cancelling …";
  update();
  try {
    await call(asked.path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    if (own === turn) dialog.close();
    say(`Cancelling ${name} was accepted.`);
  } catch (error) {
    if (own === turn && dialog.open) complain(error.message, error.detail);
    else warn(`${name}: ${error.message}`);
  }
  if (own === turn) byId("confirm-busy").textContent = "";
}

confirmButton.addEventListener("click", send);
knowsRisk.addEventListener("change", update);
byId("keep").addEventListener("click", () => dialog.close());

const LOST = "The connection is lost. Nothing can be cancelled until it is back.";
onChange((isBack) => {
  if (!isBack) complain(LOST);
  else if (byId("confirm-problem").textContent === LOST) complain("");
  update();
});

dialog.addEventListener("close", () => {
  const card = cardOf(asked.entry.sid);
  if (card) focusOn(card, asked.opener);
  else byId("port-ins").focus();
});
