// Brings a panel to life: socket to store, store to view, view to page, presses to socket. Whoever has the panel's
// markup in a page of theirs can start one.
import { placeButtons } from "./board.js";
import { draw } from "./draw.js";
import { listen } from "./keys.js";
import { keyed, meant, outcomeOf } from "./press.js";
import { PING, RESYNC, makeClick, parse } from "./protocol.js";
import { fallsThrough } from "./question.js";
import { Connection } from "./socket.js";
import { initial, reduce } from "./store.js";
import { viewOf } from "./view.js";

const REDRAW = 200;

// `url` and `ticket` are the connection's. `onEnd` hears of the end that no new attempt follows, `onAgent` whose panel
// it is, `onDrawn` what is shown.
export function startPanel({ root, url, ticket, onEnd, onAgent = () => {}, onDrawn = () => {} }) {
  let model = initial();
  let view = null;
  let answeredAt = 0;

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

  function press(wanted) {
    const outcome = outcomeOf(model, view, { ...wanted, action: meant(view, wanted.action) }, Date.now());
    if (outcome.type === "sent") send(makeClick(outcome.action, outcome));
    else dispatch(outcome);
  }

  function send(click) {
    dispatch({ type: "pressed", click, at: Date.now() });
    if (!connection.send(click)) dispatch({ type: "unsent", click, at: Date.now() });
  }

  function answer(yes) {
    if (!view.question || (yes && !view.question.open)) return;
    answeredAt = Date.now();
    if (yes) send(makeClick(view.question.action, { confirmed: true }));
    else dispatch({ type: "answered" });
  }

  function pressKey(wanted) {
    const { puts, presses } = keyed(view, wanted);
    if (puts) answer(false);
    if (presses) press(wanted);
  }

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
    const { button, action, answer: given } = event.target.closest("button")?.dataset ?? {};
    if (given) answer(given === "yes");
    else if (event.detail > 0 && action !== "stop" && fallsThrough(answeredAt, Date.now())) return;
    else if (button) press({ action: "play", button });
    else if (action) press({ action });
  });
  listen(document, () => model.board?.buttons ?? [], pressKey);
  // A page that comes back from the browser's cache has a dead socket, and its browser may not say so.
  addEventListener("pageshow", (event) => { if (event.persisted) connection.restart(); });
  addEventListener("pagehide", () => connection.close());
  setInterval(() => dispatch({ type: "tick", at: Date.now() }), REDRAW);
  redraw();
  connection.start();
  return { press };
}
