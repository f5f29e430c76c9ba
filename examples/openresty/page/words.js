// How what the API says is put into words.

export function inWords(status) {
  if (!status) return "Status unknown";
  const words = status.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}

const shades = {
  action_required: "bad",
  in_progress: "open",
  in_review: "open",
  pending: "open",
  waiting_for_signature: "waiting",
  canceling: "waiting",
  completed: "done",
  canceled: "gone",
  expired: "gone",
};

export function shadeOf(status) {
  return shades[status] || "unknown";
}

export function titleOf(entry) {
  return entry.customer_name || (entry.is_new ? "Being fetched …" : "No customer name");
}

// North American numbers in groups, all others as they are.
export function phoneNumber(text) {
  if (!text) return "No number";
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(text);
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : text;
}

export function count(amount, noun) {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

// The API's dates are in UTC. What is no date stays as it is.
export function day(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const date = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return text;
  return date.toLocaleDateString("en", { dateStyle: "medium", timeZone: "UTC" });
}

export function clock(date) {
  return date.toLocaleTimeString("en-GB");
}

export function isRejected(number) {
  return number.status === "port_rejected";
}

// The number if it is the only one, else how many there are at each status.
export function mixOf(entry) {
  const numbers = entry.numbers || [];
  if (numbers.length === 1) {
    return `${phoneNumber(numbers[0].phone_number)}, ${inWords(numbers[0].status).toLowerCase()}`;
  }
  const amounts = new Map();
  for (const { status } of numbers) amounts.set(status, (amounts.get(status) || 0) + 1);
  return [...amounts]
    .map(([status, amount]) => `${amount} ${inWords(status).toLowerCase()}`)
    .join(", ");
}

// The same text, with the dates in it as `day` writes them.
export function withDays(text) {
  return text.replace(/\b\d{4}-\d{2}-\d{2}\b/g, day);
}

// Numbers of one reason are told in one sentence.
function sentence([first, ...others], verbs, reason) {
  const name = phoneNumber(first.phone_number);
  if (others.length === 0) return `${name} ${verbs[0]}: ${reason}.`;
  return `${name} and ${count(others.length, "other")} ${verbs[1]}: ${reason}.`;
}

function byReason(numbers) {
  const groups = new Map();
  for (const number of numbers) {
    const reason = (number.reason || "no reason is given").replace(/\.$/, "");
    groups.set(reason, [...(groups.get(reason) || []), number]);
  }
  return groups;
}

// Why a port-in needs a person, or what became of it: a sentence for each reason, those of rejected
// numbers first.
export function reasonsOf(entry) {
  const numbers = entry.numbers || [];
  const reasons = [];
  for (const [reason, own] of byReason(numbers.filter(isRejected))) {
    reasons.push(sentence(own, ["was rejected", "were rejected"], reason));
  }
  for (const [reason, own] of byReason(
    numbers.filter((number) => number.reason && !isRejected(number)),
  )) {
    reasons.push(sentence(own, ["is not portable", "are not portable"], reason));
  }
  if (entry.reason) reasons.push(`Reason: ${entry.reason}`);
  if (entry.status === "action_required" && reasons.length === 0) {
    reasons.push("Twilio does not say here what is to be done. See its e-mail, or its Console.");
  }
  return reasons;
}
