// Making elements, and telling the person something. What comes from outside is put in as text,
// never as markup.

export const byId = (id) => document.getElementById(id);

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A button whose name tells what it is about also to those who do not see where it stands.
export function button(className, text, about, act) {
  const made = element("button", className, text);
  made.type = "button";
  if (about) made.append(element("span", "unseen", ` ${about}`));
  made.addEventListener("click", act);
  return made;
}

const SAID = 20; // changes that are kept

// Says a change to screen readers.
export function say(text) {
  const news = byId("news");
  news.append(element("p", "", text));
  while (news.childElementCount > SAID) news.firstChild.remove();
}

const notice = byId("notice");

// Shows what went wrong, wherever the page is scrolled to.
export function warn(text) {
  notice.hidden = false;
  notice.querySelector("p").textContent = text;
}

notice.querySelector("button").addEventListener("click", () => {
  notice.hidden = true;
  byId("port-ins").focus();
});

// The answer's object; an error with the desk's words if it is no success.
export async function call(path, options) {
  const answer = await fetch(path, options).catch(() => null);
  if (!answer) throw new Error("The desk does not answer.");
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  const error = new Error(
    body.message || `The desk has a problem of its own (HTTP ${answer.status}).`,
  );
  error.detail = body.detail;
  throw error;
}
