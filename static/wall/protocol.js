// The words of the wall's websocket: what goes up is made here, what comes down is checked here.
import { COMMON_PARSERS, isObject, newId, parseState, parseWith, textOf } from "../panel/protocol.js";

export { PING } from "../panel/protocol.js";

export const makeClick = (agent, action, { confirmed = false, id = newId() } = {}) => Object.freeze({
  type: "click", id, agent, action, ...(confirmed && { confirmed }),
});
export const makeWatch = (agent) => Object.freeze({ type: "watch", agent });
export const makeAcknowledge = (alert) => Object.freeze({ type: "acknowledge", alert });

const listOf = (raw, parse) => (Array.isArray(raw) ? raw.filter(isObject).map(parse).filter(Boolean) : []);

// Milliseconds, or null where nothing is known.
export function momentOf(value) {
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? null : moment;
}

function parseCard(raw) {
  const state = parseState(raw.state);
  if (!state || !Number.isInteger(raw.key)) return null;
  return {
    key: raw.key, agent: textOf(raw.agent), name: textOf(raw.name) || textOf(raw.agent), dialer: textOf(raw.dialer),
    board: textOf(raw.board), version: raw.version, now: momentOf(raw.now), panelOpen: raw.panel_open === true,
    followed: raw.followed === true, state,
    trouble: isObject(raw.trouble) ? { at: momentOf(raw.trouble.at), text: textOf(raw.trouble.text) } : null,
  };
}

function parseAlert(raw) {
  if (!Number.isInteger(raw.id)) return null;
  return {
    id: raw.id, kind: textOf(raw.kind), agent: raw.agent ?? null, name: textOf(raw.name), text: textOf(raw.text),
    raisedAt: momentOf(raw.raised_at), by: textOf(raw.acknowledged_by), byAt: momentOf(raw.acknowledged_at),
  };
}

function parseClick(raw) {
  if (typeof raw.id !== "string") return null;
  return {
    id: raw.id, action: textOf(raw.action), button: textOf(raw.button), clip: textOf(raw.clip), status: textOf(raw.status),
    text: textOf(raw.text), actor: textOf(raw.actor), requestedAt: momentOf(raw.requested_at), endedAt: momentOf(raw.ended_at),
  };
}

const PARSERS = {
  wall: (raw) => ({
    type: "wall", now: momentOf(raw.now), agents: listOf(raw.agents, parseCard),
    boards: Object.fromEntries(listOf(raw.boards, ({ name, labels }) => [textOf(name), isObject(labels) ? labels : {}])),
  }),
  agents: (raw) => ({ type: "agents", now: momentOf(raw.now), agents: listOf(raw.agents, parseCard) }),
  alerts: (raw) => ({ type: "alerts", now: momentOf(raw.now), alerts: listOf(raw.alerts, parseAlert) }),
  clicks: (raw) => (Number.isInteger(raw.agent) ? { type: "clicks", agent: raw.agent, clicks: listOf(raw.clicks, parseClick) } : null),
  ...COMMON_PARSERS,
};

export const parse = (text) => parseWith(PARSERS, text);
