// Which agents are shown, and how that stands in the address. Pure.
import { standOf } from "../panel/recording.js";
import { isInCall } from "../panel/words.js";

// Who is counted under each word of the summary line; a press on it shows these.
export const STATES = Object.freeze({
  trouble: ({ troubles }) => troubles.length > 0,
  call: ({ state, stale }) => isInCall(state.session) && !stale,
  recording: ({ state }) => ["active", "stopping"].includes(standOf(state.capture)),
  playing: ({ state }) => !["idle", "unknown"].includes(state.playback.status),
  unknown: ({ state, stale }) => stale || state.session.status === "UNKNOWN" || [state.capture.status, state.playback.status].includes("unknown"),
  panelless: ({ panelOpen }) => !panelOpen,
  out: ({ state }) => state.session.status === "LOGGED_OUT",
});

export const NONE = Object.freeze({ q: "", board: "", dialer: "", state: "", full: false });

export function filterOf(search) {
  const given = new URLSearchParams(search);
  const state = given.get("state") ?? "";
  return {
    q: given.get("q") ?? "", board: given.get("board") ?? "", dialer: given.get("dialer") ?? "",
    state: Object.hasOwn(STATES, state) ? state : "", full: given.get("full") === "1",
  };
}

// What is not chosen is left out, so that the plain wall has a plain address.
export function searchOf(filter) {
  const chosen = new URLSearchParams();
  for (const key of ["q", "board", "dialer", "state"]) if (filter[key]) chosen.set(key, filter[key]);
  if (filter.full) chosen.set("full", "1");
  const text = chosen.toString();
  return text ? `?${text}` : "";
}

function hasWords({ name, agent }, q) {
  const text = `${name} ${agent}`.toLocaleLowerCase();
  return q.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}

// Where an agent belongs, which hardly ever changes: the size of the cards follows from it.
export function isPlaced(view, { q, board, dialer }) {
  return (!board || view.board === board) && (!dialer || view.dialer === dialer) && hasWords(view, q.trim());
}

export function matches(view, filter) {
  return isPlaced(view, filter) && (!filter.state || STATES[filter.state](view));
}

export function counts(views) {
  return Object.fromEntries(Object.entries(STATES).map(([key, test]) => [key, views.filter(test).length]));
}
