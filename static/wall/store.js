// What the wall knows, and how each event changes it. Pure: no clock, no page, no socket in here.

const ANSWER_LIFETIME = 15_000;

export function initial() {
  return {
    connection: { status: "connecting", since: null, text: "", final: false },
    ready: false, offset: 0, boards: {}, cards: {}, alerts: [], alertsKnown: false, news: [],
    watching: null, clicks: null, pressed: {}, answer: null,
  };
}

const byKey = (cards) => Object.fromEntries(cards.map((card) => [card.key, card]));

// The server's clock counts: all times on the wall are its own.
const offsetOf = (model, { now }, at) => (now === null ? model.offset : now - at);

function withWall(model, message, at) {
  const cards = byKey(message.agents);
  const gone = model.watching !== null && !Object.hasOwn(cards, model.watching);
  return {
    ...model, ready: true, offset: offsetOf(model, message, at), boards: message.boards, cards,
    watching: gone ? null : model.watching, clicks: gone ? null : model.clicks,
  };
}

// A card of an agent that no wall named is none of ours.
function withAgents(model, message, at) {
  const known = message.agents.filter(({ key, version }) => version >= (model.cards[key]?.version ?? Infinity));
  if (!model.ready) return model;
  return { ...model, offset: offsetOf(model, message, at), cards: { ...model.cards, ...byKey(known) } };
}

// What is there when the wall opens is no news; what comes later and is nobody's yet is.
function withAlerts(model, { alerts }) {
  const known = new Set(model.alerts.map(({ id }) => id));
  const news = model.alertsKnown ? alerts.filter(({ id, by }) => !known.has(id) && !by) : [];
  return { ...model, alerts, alertsKnown: true, news: news.length ? news : model.news };
}

function withClicks(model, message) {
  if (message.agent !== model.watching) return model;
  const shown = new Set(message.clicks.map(({ id }) => id));
  const pressed = Object.fromEntries(Object.entries(model.pressed).filter(([id]) => !shown.has(id)));
  return { ...model, clicks: message.clicks, pressed };
}

function withoutPress(model, id, text, at) {
  const { [id]: press, ...pressed } = model.pressed;
  if (!press && id) return model;
  return { ...model, pressed, answer: { key: press?.agent ?? model.watching, text, at } };
}

function withMessage(model, message, at) {
  switch (message?.type) {
    case "wall": return withWall(model, message, at);
    case "agents": return withAgents(model, message, at);
    case "alerts": return withAlerts(model, message);
    case "clicks": return withClicks(model, message);
    case "rejected": return withoutPress(model, message.id, message.text, at);
    default: return model;
  }
}

function withoutConnection(model, { at, text = "", final = false }) {
  const since = model.connection.status === "lost" ? model.connection.since : at;
  return { ...model, ready: false, connection: { status: "lost", since, text, final } };
}

export function reduce(model, event) {
  switch (event.type) {
    case "connected":
      return { ...model, ready: false, connection: { status: "connected", since: event.at, text: "", final: false } };
    case "disconnected": return withoutConnection(model, event);
    case "message": return withMessage(model, event.message, event.receivedAt);
    case "watched": return { ...model, watching: event.key, clicks: null, answer: null };
    case "pressed":
      return { ...model, pressed: { ...model.pressed, [event.click.id]: event.click }, answer: null };
    case "unsent": return withoutPress(model, event.click.id, "Not sent: the wall is not connected.", event.at);
    case "tick":
      return model.answer && event.at - model.answer.at > ANSWER_LIFETIME ? { ...model, answer: null } : model;
    default: return model;
  }
}
