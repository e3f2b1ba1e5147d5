// What the wall knows, and how each event changes it. Pure: no clock, no page, no socket in here.

const ANSWER_LIFETIME = 15_000;
const LOST = "The connection broke; it is not among the clicks. Press again if it is still needed.";

export function initial() {
  return {
    connection: { status: "connecting", since: null, text: "", final: false },
    ready: false, offset: 0, boards: {}, cards: {}, alerts: [], alertsKnown: false, news: [],
    watching: null, clicks: null, pressed: {}, answer: null,
    // What the server wants to be asked first at the watched agent, beyond what the card says: a question by action.
    confirm: {},
    // Since when what is shown is old: the time of the first loss, until a wall has come again.
    frozenAt: null,
  };
}

const byKey = (cards) => Object.fromEntries(cards.map((card) => [card.key, card]));

// The server's clock counts: all times on the wall are its own.
const offsetOf = (model, { now }, at) => (now === null ? model.offset : now - at);

function withWall(model, message, at) {
  const cards = byKey(message.agents);
  const gone = model.watching !== null && !Object.hasOwn(cards, model.watching);
  return {
    ...model, ready: true, frozenAt: null, offset: offsetOf(model, message, at), boards: message.boards, cards,
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

function withClicks(model, message, at) {
  if (message.agent !== model.watching) return model;
  const shown = new Set(message.clicks.map(({ id }) => id));
  const waiting = Object.values(model.pressed).filter(({ id }) => !shown.has(id));
  // Nothing else will come of a press whose connection broke: here it stands among the clicks, or it never will.
  const lost = waiting.filter(({ agent, broken }) => broken && agent === message.agent);
  const pressed = Object.fromEntries(waiting.filter((press) => !lost.includes(press)).map((press) => [press.id, press]));
  const answer = lost.length ? { key: message.agent, text: LOST, at } : model.answer;
  return { ...model, clicks: message.clicks, pressed, answer };
}

function broken(pressed) {
  return Object.fromEntries(Object.entries(pressed).map(([id, press]) => [id, { ...press, broken: true }]));
}

function withoutPress(model, id, text, at) {
  const { [id]: press, ...pressed } = model.pressed;
  if (!press && id) return model;
  return { ...model, pressed, answer: { key: press?.agent ?? model.watching, text, at } };
}

function withRejection(model, { id, code, text }, at) {
  const press = model.pressed[id];
  if (code !== "needs_confirmation" || press?.agent !== model.watching) return withoutPress(model, id, text, at);
  return { ...withoutPress(model, id, "Not sent: press again, there is a question first.", at), confirm: { [press.action]: text } };
}

function withMessage(model, message, at) {
  switch (message?.type) {
    case "wall": return withWall(model, message, at);
    case "agents": return withAgents(model, message, at);
    case "alerts": return withAlerts(model, message);
    case "clicks": return withClicks(model, message, at);
    case "rejected": return withRejection(model, message, at);
    default: return model;
  }
}

function withoutConnection(model, { at, text = "", final = false }) {
  const since = model.connection.status === "lost" ? model.connection.since : at;
  const frozenAt = model.frozenAt ?? (model.ready ? at : null);
  return { ...model, ready: false, frozenAt, pressed: broken(model.pressed), connection: { status: "lost", since, text, final } };
}

export function reduce(model, event) {
  switch (event.type) {
    case "connected":
      return { ...model, ready: false, connection: { status: "connected", since: event.at, text: "", final: false } };
    case "disconnected": return withoutConnection(model, event);
    case "message": return withMessage(model, event.message, event.receivedAt);
    case "watched": return { ...model, watching: event.key, clicks: null, answer: null, confirm: {} };
    case "pressed":
      return { ...model, pressed: { ...model.pressed, [event.click.id]: event.click }, answer: null, confirm: {} };
    case "unsent": return withoutPress(model, event.click.id, "Not sent: the wall is not connected.", event.at);
    case "tick":
      return model.answer && event.at - model.answer.at > ANSWER_LIFETIME ? { ...model, answer: null } : model;
    default: return model;
  }
}
