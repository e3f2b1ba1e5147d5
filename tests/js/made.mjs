// Ready-made messages and models for the tests.
import { parse } from "../../static/panel/protocol.js";
import { initial, reduce } from "../../static/panel/store.js";

export const NOON = Date.parse("2026-11-21T12:00:00.000Z");
export const iso = (milliseconds) => new Date(milliseconds).toISOString();

const BUTTONS = [
  { name: "recorded-line", label: "Recorded line", clip: "recorded-line", hotkey: "1", colour: "blue",
    duration_seconds: 4, enabled: true, reason: "", transcript: "Recorded.", while_playing: "refuse" },
  { name: "terms", label: "Terms", clip: "terms", hotkey: "t", colour: "red",
    duration_seconds: 18, enabled: true, reason: "", transcript: "", while_playing: "replace" },
];

export function rawState(changes = {}) {
  return {
    session: { status: "INCALL", session_id: "8600051", checked_at: iso(NOON - 3000) },
    link: { dialer: "ok", worker: "ok", since: iso(NOON - 60000), text: "" },
    capture: { status: "idle", recording_id: null, filename: null, began_at: null, checked_at: null, ours: false, fault: null, mono: false },
    playback: { status: "idle", button: null, clip: null, began_at: null, position_seconds: null, duration_seconds: null, evidence: null, fault: null },
    allowed: ["play", "capture_begin"],
    reasons: { stop: "Nothing is playing.", pause: "Nothing is playing.", resume: "No clip is paused.", restart: "Nothing is playing.", capture_end: "Nothing is recorded." },
    ...changes,
  };
}

export const message = (raw) => parse(JSON.stringify(raw));

export function snapshot(version, { state = rawState(), clicks = [], now = NOON } = {}) {
  return message({ type: "snapshot", protocol: 1, version, now: iso(now), agent: { agent_user: "1000", name: "Alice", dialer: "main" },
    board: { name: "Sales", buttons: BUTTONS }, state, clicks });
}

export const stateMessage = (version, changes, now = NOON) =>
  message({ type: "state", version, now: iso(now), state: rawState(changes) });

export const after = (model, ...events) => events.reduce(reduce, model);
export const came = (raw, receivedAt = NOON) => ({ type: "message", message: raw, receivedAt });
export const connected = { type: "connected", at: NOON };

export function ready(options, version = 1) {
  return after(initial(), connected, came(snapshot(version, options)));
}

export const playing = (status, position = 1.2, changes = {}) => ({
  playback: { status, button: "terms", clip: "terms", began_at: iso(NOON - position * 1000), position_seconds: position,
    duration_seconds: 18, evidence: "accepted", fault: null, ...changes },
});
