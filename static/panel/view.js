// What the screen should say, from what is known and what time it is. Pure: nothing here touches a page.
import { captureView } from "./capture.js";
import { questionView } from "./question.js";
import { onItsWay } from "./store.js";
import { LOOKS, age, clock, length, sessionWords, timeOfDay } from "./words.js";

export const CONTROLS = Object.freeze(["stop", "pause", "resume", "restart"]);

const DEFAULT_REASONS = Object.freeze({
  stop: "Nothing is playing.", pause: "Nothing is playing.", resume: "Nothing is paused.",
  restart: "Nothing is playing.", capture_begin: "Capture can't be started now.",
  capture_end: "Nothing is being captured.",
});

export function isLive(model) {
  return model.connection.status === "connected" && model.ready;
}

function offlineReason(model) {
  if (isLive(model)) return "";
  return model.connection.status === "lost" ? "The panel is not connected." : "The panel is connecting.";
}

// The server's reason counts; only a server that gives none is second-guessed from what else it says.
export function reasonAgainst(model, action) {
  const offline = offlineReason(model);
  if (offline) return offline;
  const { reasons, allowed } = model.state;
  if (reasons) return reasons[action] || "";
  return allowed.includes(action) ? "" : linkReason(model.state.link) || DEFAULT_REASONS[action] || "Not possible now.";
}

function linkReason(link) {
  if (link.dialer === "login_refused") return "VICIdial refuses Clipdeck's login.";
  if (link.dialer && link.dialer !== "ok") return "VICIdial does not answer.";
  if (link.worker && link.worker !== "ok") return "Clipdeck's worker is away.";
  return "";
}

const kindOf = (button) => (button.while_playing === "replace" ? "replace" : "play");

function reasonAgainstButton(model, button) {
  const offline = offlineReason(model);
  if (offline) return offline;
  const { reasons } = model.state;
  if (reasons) return reasons[kindOf(button)] || "";
  return button.enabled === false ? button.reason || "Not available now." : linkReason(model.state.link);
}

// The server's answer carries the position at its own moment; since then only this client's clock has moved.
export function positionAt(model, now) {
  const { playback } = model.state;
  const begun = Date.parse(playback.began_at);
  const running = playback.status === "playing";
  const passed = running ? (now - model.receivedAt) / 1000 : 0;
  if (Number.isFinite(playback.position_seconds)) return Math.max(0, playback.position_seconds + passed);
  return running && !Number.isNaN(begun) ? Math.max(0, (now + model.offset - begun) / 1000) : null;
}

function progressOf(model, button, now) {
  const total = model.state.playback.duration_seconds || button.duration_seconds || null;
  const position = positionAt(model, now);
  if (position === null) return { progress: null, time: total ? length(total) : "" };
  if (!total) return { progress: null, time: clock(position) };
  const elapsed = Math.min(position, total);
  return { progress: elapsed / total, time: `${clock(elapsed)} / ${length(total)}` };
}

const restingTime = (button) => (button.duration_seconds ? length(button.duration_seconds) : "");

function isPlaying(model, button) {
  return model.state?.playback.button === button.name && model.state.playback.status !== "idle";
}

// What was playing when the connection went is not known any more, and must not look as if it were.
function lookOf(model, button, pressable) {
  const mine = isPlaying(model, button);
  const sending = Boolean(onItsWay(model, button.name));
  if (!isLive(model)) return mine || sending ? "unknown" : "disabled";
  if (sending) return "sending";
  if (mine) return LOOKS[model.state.playback.status] ? model.state.playback.status : "unknown";
  return pressable ? "idle" : "disabled";
}

function playbackText({ status, evidence }) {
  return status === "playing" && evidence === "accepted" ? "Playing, unconfirmed" : LOOKS[status] || "Not known";
}

function stateTextOf(model, look, mine) {
  if (look === "unknown" && !isLive(model)) return "Not known while disconnected";
  if (look === "unknown") return "Not known: stop or replace it";
  return mine && look !== "sending" ? playbackText(model.state.playback) : LOOKS[look];
}

function noteView(model, target) {
  const note = model.notes[target];
  return note ? { kind: note.kind, text: note.text, time: timeOfDay(note.at) } : null;
}

function faultNote(model, button) {
  const { playback } = model.state ?? {};
  if (!playback?.fault || playback.button !== button.name) return null;
  return { kind: "fault", text: String(playback.fault), time: "" };
}

function buttonView(model, button, now) {
  const reason = reasonAgainstButton(model, button);
  const look = lookOf(model, button, !reason);
  const moving = ["playing", "paused", "stopping"].includes(look);
  const { progress, time } = moving ? progressOf(model, button, now) : { progress: null, time: restingTime(button) };
  const doubt = look === "idle" ? model.state.doubts[kindOf(button)] ?? "" : "";
  return {
    look, progress, time, reason, doubt, disabled: Boolean(reason) || look === "sending",
    pressed: moving || look === "starting", text: stateTextOf(model, look, isPlaying(model, button)),
    note: noteView(model, button.name) ?? faultNote(model, button),
  };
}

// What is said against a button: why it is closed, or why VICIdial is asked first if it is pressed.
const hintOf = ({ look, reason, doubt }) => (look === "disabled" ? reason : doubt);

// What is said against several buttons is said once, and not on each of them.
function sharedHints(buttons) {
  const hints = Object.values(buttons).map(hintOf).filter(Boolean);
  return [...new Set(hints.filter((hint, place) => hints.indexOf(hint) < place))];
}

function boardView(model, now) {
  const list = model.board?.buttons ?? [];
  const views = Object.fromEntries(list.map((button) => [button.name, buttonView(model, button, now)]));
  const shared = sharedHints(views);
  const buttons = Object.fromEntries(
    Object.entries(views).map(([name, view]) => [name, { ...view, shared: shared.includes(hintOf(view)) }]),
  );
  return { buttons, boardReason: shared.join(" ") };
}

// A play that is still on its way can be stopped, although nothing plays yet.
function reasonAgainstControl(model, action) {
  const reason = reasonAgainst(model, action);
  const coming = isLive(model) && Object.values(model.clicks).some((click) => click.action === "play");
  return action === "stop" && coming ? "" : reason;
}

function controlView(model, action) {
  const reason = reasonAgainstControl(model, action);
  const sending = Boolean(onItsWay(model, `action:${action}`));
  const look = sending && isLive(model) ? "sending" : reason ? "disabled" : "idle";
  const doubt = look === "idle" ? model.state?.doubts[action] ?? "" : "";
  const unsupported = model.state?.pause_supported === false && (action === "pause" || action === "resume");
  return { look, reason, doubt, disabled: look !== "idle", hidden: unsupported, note: noteView(model, `action:${action}`) };
}

function connectionView(model) {
  const { status, since, text } = model.connection;
  const at = since ? timeOfDay(since) : "";
  if (isLive(model)) return { status: "connected", text: "Connected", since: `since ${at}` };
  if (status !== "lost") return { status: "connecting", text: "Connecting…", since: "" };
  return { status: "lost", text: text || "Not connected, trying again…", since: `since ${at}` };
}

const DIALER = Object.freeze({
  ok: "VICIdial answers", unreachable: "VICIdial does not answer", login_refused: "VICIdial refuses Clipdeck's login",
});

function linkView(model) {
  if (!isLive(model)) return { level: "unknown", text: "VICIdial: not known", since: "", detail: "" };
  const { dialer, worker, since, text } = model.state.link;
  const dialerText = DIALER[dialer] ?? "VICIdial: not known";
  const workerText = worker === "ok" ? "worker running" : worker ? `worker ${String(worker)}` : "worker not known";
  return {
    level: dialer === "ok" && worker === "ok" ? "ok" : "trouble", text: `${dialerText}, ${workerText}`,
    since: since ? `since ${timeOfDay(Date.parse(since))}` : "", detail: text ? String(text) : "",
  };
}

function sessionView(model, now) {
  if (!isLive(model)) return { ...sessionWords({ status: "UNKNOWN" }), age: "" };
  const { session } = model.state;
  const seconds = (now + model.offset - Date.parse(session.checked_at)) / 1000;
  return { ...sessionWords(session), age: Number.isNaN(seconds) ? "" : age(seconds) };
}

// Spoken when it changes, so it holds no running time.
function nowView(model) {
  if (!isLive(model)) return "What is playing is not known.";
  const { status, button, clip } = model.state.playback;
  if (status === "idle") return "Nothing is playing.";
  const label = model.board?.buttons.find(({ name }) => name === button)?.label ?? clip ?? "";
  return `${label || "A clip"}: ${playbackText(model.state.playback).toLowerCase()}`;
}

function nowTime(model, now) {
  const { playback } = model.state ?? {};
  if (!isLive(model) || !["playing", "paused", "stopping"].includes(playback.status)) return "";
  return progressOf(model, {}, now).time;
}

export function viewOf(model, now) {
  return {
    live: isLive(model),
    connection: connectionView(model), link: linkView(model), session: sessionView(model, now), now: nowView(model),
    nowTime: nowTime(model, now),
    ...boardView(model, now),
    controls: Object.fromEntries(CONTROLS.map((action) => [action, controlView(model, action)])),
    capture: captureView(model, now, {
      live: isLive(model), sending: onItsWay(model, "action:capture"), note: noteView(model, "action:capture"),
      reasonAgainst: (action) => reasonAgainst(model, action),
    }),
    question: questionView(model, now, (action) => reasonAgainst(model, action)),
    announcement: model.announcement,
  };
}
