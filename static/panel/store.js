// What this client knows, and how each event changes it. Pure: no clock, no page, no socket in here.
import { ENDS } from "./protocol.js";
import { askedStill, asking } from "./question.js";

// What was refused for the moment's state is soon beside the point; how a click ended is not.
const PASSING = Object.freeze({ told: 10_000, sure: 10_000, rejected: 10_000 });
const NOTE_LIFETIME = 60_000;
const ANSWER_PATIENCE = 5_000;
const DOUBLE_PRESS = 1_000;
const LOST_LIFETIME = 60_000;

export const WORDS = Object.freeze({
  refused: "VICIdial refused it.",
  failed: "It was not carried out.",
  unknown: "No answer came back: it may or may not have been carried out.",
  expired: "It was too old to be sent, so it was not sent.",
  rejected: "It was not accepted.",
  lost: "Not sent, press again. The server never saw this press.",
  unsent: "Not sent, press again once the panel is connected.",
});

export function initial() {
  return {
    connection: { status: "connecting", since: null, text: "", final: false },
    ready: false, version: null, needsResync: false, resyncAsked: false,
    epoch: 0, offset: 0, receivedAt: null,
    agent: null, board: null, state: null,
    clicks: {}, lost: {}, notes: {}, touched: null, question: null, announcement: null,
  };
}

// One place on the screen for each kind of press, so that its answer appears beside it.
export function targetOf({ action, button }) {
  if (action === "play") return button;
  return action.startsWith("capture_") ? "action:capture" : `action:${action}`;
}

export function onItsWay(model, target) {
  return Object.values(model.clicks).find((click) => targetOf(click) === target) ?? null;
}

// The second half of a double press means nothing of its own, whatever the first half has made of the button since.
// Stop is never too much.
export function isDouble(model, target, at) {
  const { touched } = model;
  return target !== "action:stop" && touched?.target === target && at - touched.at < DOUBLE_PRESS;
}

const without = (record, key) => {
  const { [key]: _gone, ...rest } = record;
  return rest;
};

function noted(model, target, kind, text, at) {
  const note = { kind, text, at };
  return { ...model, notes: { ...model.notes, [target]: note }, announcement: note };
}

function finished(model, click, kind, text, at) {
  const left = { ...model, clicks: without(model.clicks, click.id), lost: without(model.lost, click.id) };
  const target = targetOf(click);
  if (kind === "done" && !text) return { ...left, notes: without(left.notes, target) };
  // Whoever presses again because it did not work means it.
  const touched = left.touched?.target === target ? null : left.touched;
  return noted({ ...left, touched }, target, kind, text || WORDS[kind], at);
}

const BY_OTHERS = Object.freeze({ stop: "stopped the clip", capture_end: "ended the recording" });

// What a supervisor did at the wall is said beside the control that would have done the same.
function withClick(model, message, at) {
  if (!message.actor) return answered(model, message, at);
  const done = message.status === "done" && BY_OTHERS[message.action];
  return done ? noted(model, targetOf(message), "other", `${message.actor} ${done}.`, at) : model;
}

// Of what went well nothing is said, except that nobody looked whether anybody would hear it.
const wordsOf = ({ status, reason, text }) => (status === "done" && reason !== "not_looked" ? "" : text);

// Clicks of other tabs are not ours to follow: what they cause arrives with the state.
function answered(model, message, at) {
  const click = model.clicks[message.id] ?? model.lost[message.id];
  if (!click) return model;
  if (ENDS.includes(message.status)) return finished(model, click, message.status, wordsOf(message), at);
  const known = message.status === "queued" && click.status === "sent" ? "sent" : message.status;
  const next = { ...model, clicks: { ...model.clicks, [click.id]: { ...click, status: known } } };
  if (!model.lost[click.id]) return next;
  return { ...next, lost: without(model.lost, click.id), notes: without(model.notes, targetOf(click)) };
}

// A snapshot settles only the clicks made before it was asked for; a later one may simply have crossed it on the wire.
function settled(model, clicks, at) {
  const seen = clicks.reduce((next, click) => answered(next, click, at), model);
  const ids = new Set(clicks.map((click) => click.id));
  const missing = Object.values(seen.clicks).filter((click) => click.epoch < model.epoch && !ids.has(click.id));
  return missing.reduce((next, click) => {
    const ended = finished(next, click, "lost", "", at);
    return { ...ended, lost: { ...ended.lost, [click.id]: { ...click, lostAt: at } } };
  }, seen);
}

function clockOf(model, message, at) {
  return message.now ? Date.parse(message.now) - at : model.offset;
}

// The first snapshot of a connection is the truth whatever its version; a later one must not turn the time back.
function withSnapshot(model, message, at) {
  const fresh = !model.ready || message.version >= model.version;
  const known = fresh
    ? { version: message.version, state: message.state, receivedAt: at, offset: clockOf(model, message, at) }
    : {};
  const next = {
    ...model, ...known, agent: message.agent, board: message.board,
    ready: true, needsResync: false, resyncAsked: false,
  };
  return settled({ ...next, question: askedStill(next.question, next, at) }, message.clicks, at);
}

// A state is whole, so the newest one holds even after a gap; what else the gap swallowed is asked for.
function withState(model, message, at) {
  if (!model.ready || message.version <= model.version) return model;
  const gap = message.version > model.version + 1;
  const next = {
    ...model, version: message.version, state: message.state, receivedAt: at,
    offset: clockOf(model, message, at), needsResync: model.needsResync || (gap && !model.resyncAsked),
  };
  return { ...next, question: askedStill(next.question, next, at) };
}

function withRejection(model, message, at) {
  const click = model.clicks[message.id] ?? model.lost[message.id];
  if (!click) return model;
  if (message.code !== "needs_confirmation") return finished(model, click, "rejected", message.text, at);
  const left = { ...model, clicks: without(model.clicks, click.id), lost: without(model.lost, click.id) };
  return withQuestion(left, { action: click.action, text: model.state?.confirm[click.action] ?? message.text, at });
}

function withQuestion(model, { action, text, at }) {
  const target = targetOf({ action });
  return {
    ...model, question: asking(model, { action, text, at }), notes: without(model.notes, target), touched: { target, at },
  };
}

function withMessage(model, message, at) {
  switch (message?.type) {
    case "snapshot": return withSnapshot(model, message, at);
    case "state": return withState(model, message, at);
    case "click": return withClick(model, message, at);
    case "rejected": return withRejection(model, message, at);
    default: return model;
  }
}

function withPress(model, click, at) {
  const target = targetOf(click);
  const pending = { ...click, status: "sending", at, epoch: model.epoch };
  return {
    ...model, clicks: { ...model.clicks, [click.id]: pending }, notes: without(model.notes, target), touched: { target, at },
    question: model.question?.action === click.action ? null : model.question,
  };
}

function withoutConnection(model, { at, text = "", final = false }) {
  const already = model.connection.status === "lost";
  const since = already ? model.connection.since : at;
  const connection = { status: "lost", since, text, final };
  const said = already && model.connection.text === text ? model.announcement
    : { kind: "lost", text: text || "The connection is lost.", at };
  return { ...model, connection, ready: false, needsResync: false, resyncAsked: false, announcement: said };
}

function withTick(model, at) {
  const old = Object.entries(model.notes).filter(([, note]) => at - note.at > (PASSING[note.kind] ?? NOTE_LIFETIME));
  const gone = Object.values(model.lost).filter((click) => at - click.lostAt > LOST_LIFETIME);
  const waiting = Object.values(model.clicks)
    .some((click) => click.status === "sending" && click.epoch === model.epoch && at - click.at > ANSWER_PATIENCE);
  const ask = waiting && model.ready && !model.resyncAsked && !model.needsResync;
  if (!old.length && !gone.length && !ask) return model;
  return {
    ...model,
    notes: old.reduce((notes, [target]) => without(notes, target), model.notes),
    lost: gone.reduce((lost, click) => without(lost, click.id), model.lost),
    needsResync: model.needsResync || ask,
  };
}

export function reduce(model, event) {
  switch (event.type) {
    case "connected":
      return {
        ...model, ready: false, epoch: model.epoch + 1,
        connection: { status: "connected", since: event.at, text: "", final: false },
      };
    case "disconnected": return withoutConnection(model, event);
    case "message": return withMessage(model, event.message, event.receivedAt);
    case "pressed": return withPress(model, event.click, event.at);
    case "unsent": return finished(model, event.click, "unsent", "", event.at);
    case "repeated": return { ...model, touched: { target: event.target, at: event.at } };
    case "told": return noted(model, event.target, "told", event.text, event.at);
    // Whoever is asked is pressing already: the answer must be a press of its own.
    case "questioned":
      return { ...noted(model, event.target, "sure", event.text, event.at), touched: { target: event.target, at: event.at } };
    case "confirming": return withQuestion(model, event);
    case "answered": return { ...model, question: null };
    case "asked": return { ...model, needsResync: false, resyncAsked: true, epoch: model.epoch + 1 };
    case "tick": return withTick(model, event.at);
    default: return model;
  }
}
