// What is wrong with an agent, the worst first. Pure.

const RANKS = Object.freeze({ fault: 0, unknown: 1, link: 2, alert: 3, unwatched: 4 });
export const CALM = 5;

const SHORT = Object.freeze({ capture_long: "Long recording", clip_paused: "Paused for long" });

const trouble = (kind, short, text) => ({ kind, rank: RANKS[kind], short, text });

function faults({ capture, playback }) {
  return [capture.fault && trouble("fault", "Recording fault", String(capture.fault)),
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
const ofAlerts = (alerts) => alerts.filter(({ kind }) => SHORT[kind]).map(({ kind, text }) => trouble("alert", SHORT[kind], text));

// A call that was seen long ago may be over.
function unwatched({ state, panelOpen, followed }) {
  const without = followed && state.session.status === "INCALL" && !panelOpen;
  return [without && trouble("unwatched", "No panel", "In a call, and no panel is open.")];
}

export function troublesOf(card, alerts = []) {
  const all = [...faults(card.state), ...unknowns(card.state), ...links(card.state), ...ofAlerts(alerts), ...unwatched(card)];
  return all.filter(Boolean);
}
