// Times and names as people read them.

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// A clip's length is rounded to the nearest second, so that 4.6 s does not read as 0:04.
export const length = (seconds) => clock(Math.round(seconds));

export function age(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 2) return "just now";
  if (whole < 60) return `${whole} s ago`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ago`;
  return `${Math.floor(whole / 3600)} h ago`;
}

export function timeOfDay(milliseconds) {
  if (!Number.isFinite(milliseconds)) return "";
  return new Date(milliseconds).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

// The date, or "" where it is that of `now`.
export function otherDay(milliseconds, now) {
  const then = new Date(milliseconds);
  if (!Number.isFinite(milliseconds) || then.toDateString() === new Date(now).toDateString()) return "";
  return then.toLocaleDateString([], { day: "numeric", month: "short" });
}

const SESSIONS = Object.freeze({
  INCALL: ["In call", "good"], PAUSED: ["Paused", "calm"], READY: ["Ready", "calm"], QUEUE: ["Call arriving", "calm"],
  CLOSER: ["Ready for inbound", "calm"], LOGGED_OUT: ["Logged out", "bad"], UNKNOWN: ["Not known", "unsure"],
});

// Beside its status VICIdial has a word for an agent with whom the customer is not. One that this list lacks means nothing.
const WITHOUT = Object.freeze({ DEAD: "gone", PARK: "held", DISPO: "over" });

// Where the customer of an agent is whom VICIdial may well call INCALL: `gone`, `held`, `over`, or "" for anything else.
export function absenceOf({ status, sub_status: sub, customer_gone: gone }) {
  if (["LOGGED_OUT", "UNKNOWN"].includes(status)) return "";
  return gone === true ? "gone" : WITHOUT[sub] ?? "";
}

// On hold is in a call, after the customer has gone is not.
export const isInCall = (session) => session.status === "INCALL" && ["", "held"].includes(absenceOf(session));

const ABSENCES = Object.freeze({ gone: ["Customer gone", "warn"], held: ["On hold", "calm"], over: ["Disposition", "calm"] });

// VICIdial may have words that this list lacks; those are shown as they are.
export function sessionWords(session) {
  const { status } = session;
  const [label, tone] = ABSENCES[absenceOf(session)] ?? SESSIONS[status] ?? [String(status || "Not known"), "calm"];
  return { label, tone };
}

export const LOOKS = Object.freeze({
  idle: "", disabled: "", sending: "Sending…", starting: "Starting…", playing: "Playing", paused: "Paused",
  stopping: "Stopping…", unknown: "Not known",
});
