// Ready-made walls for the tests.
import { parse } from "../../../static/wall/protocol.js";
import { initial, reduce } from "../../../static/wall/store.js";
import { NOON, iso, rawState } from "../made.mjs";

export { NOON, iso };

export const rawCard = (key, name, changes = {}, state = {}) => ({
  key, agent: String(999 + key), name, dialer: "main", board: "Sales", version: 1, now: iso(NOON), panel_open: true, followed: true,
  state: rawState({ session: { status: "INCALL", session_id: "1", checked_at: iso(NOON), since: iso(NOON - 65_000) }, ...state }),
  trouble: null, ...changes,
});

export const rawAlert = (id, changes = {}) => ({
  id, kind: "capture_long", agent: 1, dialer: null, name: "Alice", text: "Recording for more than 60 minutes.",
  raised_at: iso(NOON - 30_000), acknowledged_by: null, acknowledged_at: null, ...changes,
});

export const message = (raw) => parse(JSON.stringify(raw));
export const came = (raw, receivedAt = NOON) => ({ type: "message", message: message(raw), receivedAt });
export const wall = (...agents) => came({
  type: "wall", version: 1, now: iso(NOON), agents, boards: [{ name: "Sales", labels: { terms: "Our terms" } }],
});
export const agents = (...cards) => came({ type: "agents", version: 2, now: iso(NOON), agents: cards });
export const alerts = (...list) => came({ type: "alerts", now: iso(NOON), alerts: list });
export const connected = { type: "connected", at: NOON };
export const after = (model, ...events) => events.reduce(reduce, model);
export const ready = (...cards) => after(initial(), connected, wall(...cards));

export const recording = (seconds, changes = {}) => ({
  capture: { status: "active", began_at: iso(NOON - seconds * 1000), checked_at: iso(NOON), fault: null, ...changes },
});
export const playing = (status, changes = {}) => ({
  playback: { status, button: "terms", clip: "terms", position_seconds: 2, duration_seconds: 18, evidence: "seen", fault: null, ...changes },
});
