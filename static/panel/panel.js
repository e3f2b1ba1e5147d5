// Brings a panel to life: socket to store, store to view, view to page, presses to socket. Whoever has the panel's
// markup in a page of theirs can start one.
import { placeButtons } from "./board.js";
import { draw } from "./draw.js";
import { listen } from "./keys.js";
import { PING, RESYNC, makeClick, parse } from "./protocol.js";
import { Connection } from "./socket.js";
import { initial, isDouble, onItsWay, reduce, targetOf } from "./store.js";
import { isLive, viewOf } from "./view.js";

const REDRAW = 200;

// `url` and `ticket` are the connection's. `onEnd` hears of the end that no new attempt follows, `onAgent` whose panel
// it is, `onDrawn` what is shown.
export function startPanel({ root, url, ticket, onEnd, onAgent = () => {}, onDrawn = () => {} }) {
  let model = initial();
  let view = null;

  function dispatch(event) {
    const before = model;
    model = reduce(model, event);
    if (model.board && model.board !== before.board) placeButtons(root, model.board);
    if (model.needsResync && connection.send(RESYNC)) model = reduce(model, { type: "asked" });
    redraw();
  }

  function redraw() {
    view = viewOf(model, Date.now());
    draw(root, view);
    onDrawn(view, model);
  }

  // Unsaid words about a press that can't go: beside what was pressed, as an answer of the server would be.
  function tell(target, text) {
    dispatch({ type: "told", target, text, at: Date.now() });
  }

  function press({ action, button }) {
    const target = targetOf({ action, button });
    if (onItsWay(model, target) || isDouble(model, target, Date.now())) {
      dispatch({ type: "repeated", target, at: Date.now() });
      return;
    }
    const { reason, question } = shownAt(target);
    // Stop always goes to the server, which alone knows what is queued or has just begun.
    if (reason && !(action === "stop" && isLive(model))) {
      tell(target, reason);
      return;
    }
    if (question) {
      dispatch({ type: "questioned", target, text: question, at: Date.now() });
      return;
    }
    const click = makeClick(action, { button });
    dispatch({ type: "pressed", click, at: Date.now() });
    if (!connection.send(click)) dispatch({ type: "unsent", click, at: Date.now() });
  }

  function shownAt(target) {
    if (target === "action:capture") return view.capture;
    if (target.startsWith("action:")) return view.controls[target.slice("action:".length)];
    return view.buttons[target] ?? { reason: "The panel is not connected." };
  }

  // The one capture button means begin or end, whichever it shows.
  const meant = (action) => (action === "capture" ? view.capture.action : action);

  function onSocketEvent(event) {
    if (event.type === "received") {
      const message = parse(event.text);
      if (!message) return;
      if (message.type === "snapshot") onAgent(message.agent);
      dispatch({ type: "message", message, receivedAt: event.receivedAt });
      return;
    }
    dispatch(event);
    if (event.final) onEnd(event);
  }

  const connection = new Connection({ url, ticket, ping: PING, onEvent: onSocketEvent, page: document, network: window });

  root.addEventListener("click", (event) => {
    const { button, action } = event.target.closest("button[data-button], button[data-action]")?.dataset ?? {};
    if (button) press({ action: "play", button });
    else if (action) press({ action: meant(action) });
  });
  listen(document, () => model.board?.buttons ?? [], press);
  // A page that comes back from the browser's cache has a dead socket, and its browser may not say so.
  addEventListener("pageshow", (event) => { if (event.persisted) connection.restart(); });
  addEventListener("pagehide", () => connection.close());
  setInterval(() => dispatch({ type: "tick", at: Date.now() }), REDRAW);
  redraw();
  connection.start();
  return { press: ({ action, button }) => press({ action: meant(action), button }) };
}
