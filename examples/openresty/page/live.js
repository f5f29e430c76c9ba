// The connection to the desk: what it says is handed on, and its loss stays in sight. Meanwhile the
// buttons that need the desk are off, since what the page shows may be out of date.

import { byId, element } from "./dom.js";
import { clock } from "./words.js";

const SILENCE = 4; // beats that may be missed
const REOPEN = 2000; // ms

const connection = byId("connection");
const trouble = byId("trouble");
const listeners = [];
const state = {
  isLive: false,
  heard: 0,
  lostAt: null,
  beat: 3,
  look: null,
  lookHeard: 0,
  lastGood: null,
};
let events = null;
let source = null;

export function isLive() {
  return state.isLive;
}

// Has a function called whenever the connection is lost or back.
export function onChange(listener) {
  listeners.push(listener);
}

// Turns an element's buttons off or on.
export function guard(root) {
  for (const button of root.querySelectorAll("[data-live]")) {
    if (state.isLive) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
}

// Buttons that are off keep their focus, and do nothing.
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest("[data-live][aria-disabled]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);

// The same text again would be read aloud again.
function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function troubleText() {
  if (!state.isLive && state.lostAt) {
    const lost = `No connection since ${clock(state.lostAt)}.`;
    return `${lost} What you see may be out of date, and the buttons are off.`;
  }
  const { look, lastGood } = state;
  if (!look) return "";
  if (look.count > 0 && look.failed === look.count) {
    const age = lastGood ? ` What you see is of ${clock(lastGood)}.` : "";
    return `Twilio cannot be asked right now.${age}`;
  }
  if (Date.now() - state.lookHeard > (3 * look.interval + 60) * 1000) {
    return `The desk has not looked at the port-ins since ${clock(new Date(look.at * 1000))}.`;
  }
  return "";
}

function render() {
  set(connection, state.isLive ? "Connected" : state.lostAt ? "Not connected" : "Connecting …");
  connection.className = state.isLive ? "live" : "lost";
  set(trouble, troubleText());
  document.body.classList.toggle("lost", !state.isLive);
}

function become(isLive) {
  if (state.isLive === isLive) return;
  state.isLive = isLive;
  state.lostAt = isLive ? null : new Date();
  guard(document);
  for (const listener of listeners) listener(isLive);
  render();
}

// The account, as the desk says.
export function accountSid() {
  return state.accountSid;
}

function showPlace(place) {
  state.accountSid = place.account_sid;
  const mark = element(
    "strong",
    place.is_sandbox ? "sandbox" : "real",
    place.is_sandbox ? "SANDBOX" : "REAL",
  );
  byId("place").replaceChildren(mark, element("span", "", place.host));
  byId("confirm-place").replaceChildren(mark.cloneNode(true), element("span", "", place.host));
  document.title = `${place.is_sandbox ? "Sandbox" : place.host} – Porting desk`;
}

function showLook(look) {
  state.look = look;
  state.lookHeard = Date.now();
  const at = new Date(look.at * 1000);
  if (look.count === 0 || look.failed < look.count) state.lastGood = at;
  const time = element("time", "", clock(state.lastGood || at));
  time.dateTime = (state.lastGood || at).toISOString();
  byId("look").replaceChildren(state.lastGood ? "Last look " : "No look yet, tried ", time);
  render();
}

const own = {
  place: showPlace,
  look: showLook,
  beat: (seconds) => {
    state.beat = seconds;
  },
  again: () => open(), // the desk ends the stream, and is there for another
};

function open() {
  if (source) source.close();
  source = new EventSource("events");
  const opened = source;
  source.addEventListener("error", () => {
    become(false);
    state.lostAt = state.lostAt || new Date();
    render();
    if (opened.readyState === EventSource.CLOSED)
      setTimeout(() => {
        if (opened === source) open();
      }, REOPEN);
  });
  for (const name of ["place", "look", "beat", "again", "watched", "port-in"]) {
    source.addEventListener(name, (event) => {
      state.heard = Date.now();
      become(true);
      (own[name] || events[name])(JSON.parse(event.data));
    });
  }
  state.heard = Date.now();
}

// Connects. `handlers` take the events "watched" and "port-in".
export function connect(handlers) {
  events = handlers;
  guard(document);
  open();
  setInterval(() => {
    if (Date.now() - state.heard > SILENCE * state.beat * 1000) {
      become(false);
      open();
    }
    render();
  }, 1000);
}
