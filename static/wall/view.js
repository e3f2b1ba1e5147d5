// What the wall should say, from what is known and what time it is. Pure: nothing here touches a page.
import { incapacityOf, isSlow, secondsOf, standOf, troubleOf } from "../panel/recording.js";
import { LOOKS, absenceOf, age, clock, length, otherDay, sessionWords, timeOfDay } from "../panel/words.js";
import { momentOf } from "./protocol.js";
import { CALM, isUnasked, troublesOf } from "./trouble.js";

export const isLive = (model) => model.connection.status === "connected" && model.ready;

// Without a connection the time stands still: nothing that is shown has been seen since.
const timeOf = (model, at) => (model.frozenAt ?? at) + model.offset;

const secondsSince = (moment, now) => (moment === null ? null : Math.max(0, (now - moment) / 1000));
const running = (moment, now) => (moment === null ? "" : clock(secondsSince(moment, now)));

// Short for a card, long for an opened agent.
const CAPTURES = Object.freeze({
  idle: ["", "Not recording"], starting: ["Rec starting", "Recording is starting"], active: ["Rec", "Recording"],
  stopping: ["Rec ending", "Recording is ending"], unknown: ["Rec not known", "Nobody can say"],
  left_over: ["Rec left over", "Left over from before this call or login, probably not running"],
  silent: ["Rec over", "Nothing is recorded since the customer hung up"],
  later: ["Rec in next call", "It will begin in the next call"],
  slow_starting: ["Rec waiting", "It waits for the agent's screen to begin it"],
  slow_stopping: ["Rec waiting", "It waits for the agent's screen to end it"],
});
const SHORT_STATUS = Object.freeze({
  gone: "Gone", held: "Hold", over: "Dispo", INCALL: "Call", QUEUE: "Queue", CLOSER: "Inbound", LOGGED_OUT: "Out", UNKNOWN: "?",
});

// Nobody has looked at this agent for a while, nor will: what is shown may be long past.
const isStale = ({ state, followed }) => !followed && momentOf(state.session.checked_at) !== null;

const seenAgo = (moment, now) => (moment === null ? "" : `seen ${age(secondsSince(moment, now))}`);

// What VICIdial calls what takes nothing down.
const LATENT = Object.freeze({ later: "idle", left_over: "active", silent: "active" });

const WHOSE = new Map([[false, ", not begun here"], [null, ", nobody knows by whom it was begun"]]);

function wordsOf(capture, stand) {
  if (stand === "unsupported") return [`Rec ${incapacityOf(capture).short.toLowerCase()}`, incapacityOf(capture).text];
  if (isSlow(capture)) return CAPTURES[`slow_${stand}`];
  const [text, words] = CAPTURES[stand];
  return [text, stand === "active" ? words + (WHOSE.get(capture.ours) ?? "") : words];
}

function captureTime(card, stand, now) {
  const { capture } = card.state;
  const seconds = secondsOf(capture, now);
  if (stand === "unknown" || (seconds !== null && isStale(card))) return seenAgo(momentOf(capture.checked_at), now);
  const began = momentOf(capture.began_at);
  if (stand === "left_over") return began === null ? "" : `since ${otherDay(began, now) || timeOfDay(began)}`;
  return seconds === null ? "" : clock(seconds);
}

function captureView(card, now) {
  const { capture } = card.state;
  const stand = standOf(capture);
  const [text, words] = wordsOf(capture, stand);
  const fault = troubleOf(capture)?.kind === "fault";
  const time = captureTime(card, stand, now);
  return {
    status: Object.hasOwn(LATENT, stand) ? LATENT[stand] : stand,
    look: fault ? "fault" : isUnasked(card.state) ? "unasked" : stand, slow: isSlow(capture),
    text: fault ? text || "Rec fault" : text, time,
    words: [words, stand === "silent" && time && !isStale(card) ? `at ${time}` : time].filter(Boolean).join(" "),
    // Said where it is not the whole of what is said anyway.
    incapacity: stand === "unsupported" ? "" : incapacityOf(capture)?.text ?? "",
  };
}

// The position was an estimate at the card's own moment; since then only time has passed.
function positionOf({ playback }, cardNow, now) {
  const known = playback.position_seconds;
  if (!Number.isFinite(known)) return null;
  const passed = playback.status === "playing" && cardNow !== null ? Math.max(0, now - cardNow) / 1000 : 0;
  return Math.min(known + passed, playback.duration_seconds ?? Infinity);
}

const PROOFS = Object.freeze({
  taken: "VICIdial took the command; that it plays is not proved.", proved: "It was proved that it plays.",
});
const PROVABLE = new Set(["starting", "playing"]);

function playbackView(card, labels, now) {
  const { playback } = card.state;
  const status = Object.hasOwn(LOOKS, playback.status) ? playback.status : "unknown";
  if (status === "idle") return { status, look: playback.fault ? "fault" : "idle", text: "", time: "", progress: null, proof: "", words: "" };
  const position = positionOf(card.state, card.now, now);
  const total = playback.duration_seconds;
  const label = labels?.[playback.button] ?? playback.clip ?? "A clip";
  const proof = playback.evidence === "seen" ? "proved" : "taken";
  const word = { paused: "Paused: ", starting: "Starting: ", stopping: "Stopping: ", unknown: "Not known: " }[status] ?? "";
  return {
    status, look: playback.fault ? "fault" : status, text: `${word}${label}`,
    time: position === null || !total ? "" : `${clock(position)} / ${length(total)}`,
    progress: position === null || !total ? null : position / total,
    proof, words: PROVABLE.has(status) ? PROOFS[proof] : "",
  };
}

function statusView(card, now) {
  const { session } = card.state;
  const { label, tone } = sessionWords(session);
  const stale = isStale(card);
  const time = stale ? seenAgo(momentOf(session.checked_at), now) : running(momentOf(session.since), now);
  return { label, tone: stale ? "" : tone, short: SHORT_STATUS[absenceOf(session) || session.status] ?? label, time };
}

export function cardView(card, { labels, alerts = [] }, now) {
  const troubles = troublesOf(card, alerts);
  return {
    key: card.key, name: card.name, agent: card.agent, dialer: card.dialer, board: card.board, version: card.version,
    panelOpen: card.panelOpen, state: card.state, troubles, rank: troubles[0]?.rank ?? CALM,
    stale: isStale(card), status: statusView(card, now), capture: captureView(card, now), playback: playbackView(card, labels, now),
    last: card.trouble && { text: card.trouble.text, time: card.trouble.at === null ? "" : age(secondsSince(card.trouble.at, now)) },
  };
}

// What tells agents of the same name apart: their number, or with it the dialer; nothing where the name is enough.
function numbersOf(cards) {
  const sizes = new Map();
  const numbered = ({ name, agent }) => `${name} (${agent})`;
  for (const each of cards.flatMap((card) => [card.name, numbered(card)])) sizes.set(each, (sizes.get(each) ?? 0) + 1);
  const numberOf = (card) => (sizes.get(card.name) === 1 ? ""
    : sizes.get(numbered(card)) === 1 ? card.agent : `${card.agent}, ${card.dialer}`);
  return new Map(cards.map((card) => [card.key, numberOf(card)]));
}

function byAgent(alerts) {
  const found = new Map();
  for (const alert of alerts) found.set(alert.agent, [...(found.get(alert.agent) ?? []), alert]);
  return found;
}

export function cardsOf(model, at) {
  const now = timeOf(model, at);
  const cards = Object.values(model.cards);
  const [numbers, alerts] = [numbersOf(cards), byAgent(model.alerts)];
  return cards.map((card) => ({
    ...cardView(card, { labels: model.boards[card.board], alerts: alerts.get(card.key) }, now), number: numbers.get(card.key),
  }));
}

const KINDS = Object.freeze({ worker_away: "All agents" });

// An alert stands far from its card, so the number always goes with the name.
const whoOf = (model, { agent, kind, name }) => [name || KINDS[kind], model.cards[agent] && `(${model.cards[agent].agent})`].filter(Boolean).join(" ");

export const newsOf = (model) => model.news.map((alert) => ({ ...alert, name: whoOf(model, alert) }));

const unacknowledged = ({ alerts }) => alerts.filter(({ by }) => !by).length;
const counted = (number) => `${number} alert${number === 1 ? "" : "s"}`;

export function alertsTitle(model) {
  const [open, all] = [unacknowledged(model), model.alerts.length];
  if (!all) return "No alerts";
  if (!open) return `${counted(all)}, looked after`;
  return all > open ? `${counted(open)} and ${all - open} looked after` : counted(open);
}

export function titleOf(model) {
  const open = unacknowledged(model);
  return open ? `(${open}) Wall · Clipdeck` : "Wall · Clipdeck";
}

export function alertsOf(model, at) {
  const now = timeOf(model, at);
  const views = model.alerts.map((alert) => ({
    ...alert, name: whoOf(model, alert), age: age(secondsSince(alert.raisedAt, now) ?? 0),
    taken: alert.by && `${alert.by}, ${timeOfDay(alert.byAt)}`,
  }));
  return [...views.filter(({ by }) => !by), ...views.filter(({ by }) => by)];
}

export function connectionView(model) {
  if (isLive(model)) return { status: "connected", text: "Live" };
  const { status, since, text } = model.connection;
  if (status !== "lost") return { status: "connecting", text: "Connecting…" };
  return { status: "lost", text: `${text || "Not connected, trying again…"} What is shown is from ${timeOfDay(since)}.` };
}

const ACTIONS = Object.freeze({
  play: "Play", stop: "Stop", pause: "Pause", resume: "Resume", restart: "Restart",
  capture_begin: "Begin recording", capture_end: "End recording",
});
const ENDS = Object.freeze({
  queued: "waiting", sent: "sent", done: "done", refused: "refused", failed: "not carried out", unknown: "nobody can say",
  expired: "too old, not sent",
});

export function clickView(click, labels) {
  const what = labels?.[click.button] ?? click.clip;
  return {
    id: click.id, status: click.status, what: [ACTIONS[click.action] ?? click.action, what].filter(Boolean).join(": "),
    end: ENDS[click.status] ?? click.status, at: timeOfDay(click.requestedAt), by: click.actor, text: click.text,
    endedAt: click.endedAt ? timeOfDay(click.endedAt) : "",
  };
}

const CONTROLS = Object.freeze({ stop: "Nothing is playing.", capture_end: "No recording is running." });

export function detailView(model, at) {
  const card = model.cards[model.watching];
  if (!card) return null;
  const labels = model.boards[card.board];
  const alerts = model.alerts.filter(({ agent }) => agent === card.key);
  const pressed = Object.values(model.pressed).filter(({ agent }) => agent === card.key).map(({ action }) => action);
  // VICIdial may be asked first, so an end can wait for a moment. A stop is never too much.
  const waits = model.clicks?.some(({ action, status }) => action === "capture_end" && ["queued", "sent"].includes(status));
  const { allowed, reasons, confirm, doubts } = card.state;
  const reasonAgainst = (action) => {
    if (!isLive(model)) return "The wall is not connected.";
    if (pressed.includes(action) || (waits && action === "capture_end")) return "It is on its way.";
    return allowed.includes(action) ? "" : reasons?.[action] ?? CONTROLS[action];
  };
  return {
    ...cardView(card, { labels, alerts }, timeOf(model, at)),
    reasons: Object.fromEntries(Object.keys(CONTROLS).map((action) => [action, reasonAgainst(action)])),
    doubts: Object.fromEntries(Object.keys(CONTROLS).map((action) => [action, reasonAgainst(action) ? "" : doubts[action] ?? ""])),
    confirm: { ...model.confirm, ...confirm },
    clicks: model.clicks?.map((click) => clickView(click, labels)) ?? null,
    answer: model.answer?.key === card.key ? model.answer.text : "",
  };
}
