// The words of the websocket: what goes up is made here, what comes down is checked here.
// Nothing in this file knows of a page, so every client of the protocol can share it.

export const PROTOCOL = 1;

export const ACTIONS = Object.freeze([
  "play", "stop", "pause", "resume", "restart", "capture_begin", "capture_end",
]);

// A click that has reached one of these will never change again.
export const ENDS = Object.freeze(["done", "refused", "failed", "unknown", "expired"]);
const STATUSES = Object.freeze(["queued", "sent", ...ENDS]);

// randomUUID exists only in secure contexts; a panel on plain http in a call centre's own network has no other source.
export function newId(source = globalThis.crypto) {
  if (typeof source.randomUUID === "function") return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => hex.slice(from, to)).join("-");
}

export function makeClick(action, { button, label, confirmed } = {}, id = newId()) {
  if (!ACTIONS.includes(action)) throw new TypeError(`no action "${action}"`);
  if ((action === "play") !== Boolean(button)) throw new TypeError("a button belongs to play, and to nothing else");
  const click = { type: "click", id, action };
  if (button) click.button = button;
  if (label && action === "capture_begin") click.label = label;
  if (confirmed) click.confirmed = true;
  return Object.freeze(click);
}

export const PING = Object.freeze({ type: "ping" });
export const RESYNC = Object.freeze({ type: "resync" });

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
export const textOf = (value) => (typeof value === "string" ? value : "");
export const timeOf = (value) => (Number.isNaN(Date.parse(value)) ? null : value);

// Sentences by the name of an action; whatever else is among them counts for nothing.
const textsOf = (raw) => Object.fromEntries(Object.entries(isObject(raw) ? raw : {}).filter(([, text]) => text && textOf(text)));

export function parseState(raw) {
  if (!isObject(raw)) return null;
  return {
    ...raw,
    session: isObject(raw.session) ? raw.session : { status: "UNKNOWN" },
    link: isObject(raw.link) ? raw.link : {},
    capture: isObject(raw.capture) ? raw.capture : { status: "unknown" },
    playback: isObject(raw.playback) ? raw.playback : { status: "unknown" },
    allowed: Array.isArray(raw.allowed) ? raw.allowed : [],
    reasons: isObject(raw.reasons) ? raw.reasons : null, confirm: textsOf(raw.confirm), doubts: textsOf(raw.doubts),
  };
}

function parseClick(raw) {
  if (!isObject(raw) || typeof raw.id !== "string" || !STATUSES.includes(raw.status)) return null;
  return {
    type: "click", id: raw.id, action: textOf(raw.action), button: textOf(raw.button),
    status: raw.status, reason: raw.reason ?? null, text: textOf(raw.text), actor: textOf(raw.actor),
  };
}

function parseBoard(raw) {
  const buttons = isObject(raw) && Array.isArray(raw.buttons) ? raw.buttons : [];
  return {
    name: textOf(raw?.name),
    buttons: buttons.filter((button) => isObject(button) && textOf(button.name)).map((button) => ({
      ...button, label: textOf(button.label) || button.name, hotkey: textOf(button.hotkey),
      colour: textOf(button.colour), transcript: textOf(button.transcript), reason: textOf(button.reason),
    })),
  };
}

export const COMMON_PARSERS = Object.freeze({
  rejected: (raw) => ({
    type: "rejected", id: textOf(raw.id), code: textOf(raw.code), text: textOf(raw.text),
  }),
  pong: () => ({ type: "pong" }),
});

const PARSERS = {
  snapshot(raw) {
    const state = parseState(raw.state);
    if (!state || !Number.isInteger(raw.version)) return null;
    const clicks = Array.isArray(raw.clicks) ? raw.clicks.map(parseClick).filter(Boolean) : [];
    return {
      type: "snapshot", protocol: raw.protocol, version: raw.version, now: timeOf(raw.now),
      agent: isObject(raw.agent) ? raw.agent : {}, board: parseBoard(raw.board), state, clicks,
    };
  },
  state(raw) {
    const state = parseState(raw.state);
    if (!state || !Number.isInteger(raw.version)) return null;
    return { type: "state", version: raw.version, now: timeOf(raw.now), state };
  },
  click: parseClick,
  ...COMMON_PARSERS,
};

// Returns null for anything that this client cannot use: a newer server may say more than we know.
export const parse = (text) => parseWith(PARSERS, text);

export function parseWith(parsers, text) {
  let raw;
  try {
    raw = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(raw) || !Object.hasOwn(parsers, raw.type)) return null;
  return parsers[raw.type](raw);
}
