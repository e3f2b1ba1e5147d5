// What is wrong with an agent, the worst first. Pure.

import { troubleOf } from "../panel/recording.js";
import { isInCall } from "../panel/words.js";

const RANKS = Object.freeze({ fault: 0, unknown: 1, link: 2, alert: 3, unwatched: 4 });
export const CALM = 5;

// A kind that this page does not know is an alert all the same.
const SHORT = Object.freeze({
  capture_long: "Long recording", clip_paused: "Paused for long", begins_by_itself: "Begins by itself",
});

const trouble = (kind, short, text) => ({ kind, rank: RANKS[kind], short, text });

// What is only waited for needs an eye on it and no more; that the customer has hung up is no trouble at all.
const WARNED = Object.freeze({ waiting_for_screen: "Screen waits", near_limit: "Recording ends soon", ended_elsewhere: "Ended elsewhere" });

function captured({ capture }) {
  const { kind, text } = troubleOf(capture) ?? {};
  if (kind === "warn") return trouble("alert", WARNED[capture.fault_code] ?? "Recording", text);
  return kind === "fault" && trouble("fault", "Recording fault", text);
}

function faults({ capture, playback }) {
  return [captured({ capture }),
    playback.fault && trouble("fault", "Clip fault", String(playback.fault))];
}

// Of an agent whose panel was never open nobody has asked: that is no trouble, there is only nothing to tell.
export const isUnasked = ({ capture }) => capture.status === "unknown" && !capture.checked_at && !capture.fault;

function unknowns(state) {
  const { capture, playback } = state;
  return [capture.status === "unknown" && !isUnasked(state) && trouble("unknown", "Recording?", "Nobody can say whether a recording runs."),
    playback.status === "unknown" && trouble("unknown", "Clip?", "Nobody can say whether a clip plays.")];
}

function links({ link }) {
  return [link.dialer === "login_refused" && trouble("link", "Login refused", "VICIdial refuses Clipdeck's login."),
    link.dialer === "unreachable" && trouble("link", "VICIdial away", "VICIdial cannot be reached."),
    link.worker === "away" && trouble("link", "No worker", "No worker is running: nothing can be sent.")];
}

// A fault says the same as its alert, and more.
const TOLD = Object.freeze(["not_begun", "begins_by_itself"]);

const ofAlerts = (alerts, { capture }) => alerts.filter(({ kind }) => !capture.fault || !TOLD.includes(kind))
  .map(({ kind, text }) => trouble("alert", SHORT[kind] ?? "Alert", text));

// A call that was seen long ago may be over.
function unwatched({ state, panelOpen, followed }) {
  const without = followed && isInCall(state.session) && !panelOpen;
  return [without && trouble("unwatched", "No panel", "In a call, and no panel is open.")];
}

export function troublesOf(card, alerts = []) {
  const { state } = card;
  const all = [...faults(state), ...unknowns(state), ...links(state), ...ofAlerts(alerts, state), ...unwatched(card)];
  return all.filter(Boolean).sort((one, other) => one.rank - other.rank);
}
