// Wires the parts of the panel page together: socket to store, store to view, view to page, presses to socket.
import { placeButtons } from "./board.js";
import { draw } from "./draw.js";
import { listen } from "./keys.js";
import { PING, RESYNC, makeClick, parse } from "./protocol.js";
import { Connection } from "./socket.js";
import { initial, onItsWay, reduce, targetOf } from "./store.js";
import { isLive, viewOf } from "./view.js";

const NOT_LOGGED_IN = 4401;
const REDRAW = 200;

const root = document.querySelector("[data-panel]");
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
}

// Unsaid words about a press that can't go: beside what was pressed, as an answer of the server would be.
function tell(target, text) {
  dispatch({ type: "told", target, text, at: Date.now() });
}

function press({ action, button }) {
  const target = targetOf({ action, button });
  if (onItsWay(model, target)) return;
  const { reason } = shownAt(target);
  // Stop always goes to the server, which alone knows what is queued or has just begun.
  if (reason && !(action === "stop" && isLive(model))) {
    tell(target, reason);
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

function pressElement(element) {
  const { button, action } = element.dataset;
  if (button) press({ action: "play", button });
  else press({ action: action === "capture" ? view.capture.action : action });
}

function onSocketEvent(event) {
  if (event.type === "received") {
    const message = parse(event.text);
    if (message) dispatch({ type: "message", message, receivedAt: event.receivedAt });
    return;
  }
  dispatch(event);
  if (event.code === NOT_LOGGED_IN) logIn();
}

function logIn() {
  const login = new URL(root.dataset.login, location.href);
  login.searchParams.set("next", location.pathname + location.search);
  location.assign(login);
}

function socketUrl() {
  const url = new URL(root.dataset.socket, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

const connection = new Connection({ url: socketUrl(), ping: PING, onEvent: onSocketEvent, page: document, network: window });

root.addEventListener("click", (event) => {
  const element = event.target.closest("button[data-button], button[data-action]");
  if (element) pressElement(element);
});
listen(document, () => model.board?.buttons ?? [], press);
// A page that comes back from the browser's cache has a dead socket, and its browser may not say so.
addEventListener("pageshow", (event) => { if (event.persisted) connection.restart(); });
addEventListener("pagehide", () => connection.close());
setInterval(() => dispatch({ type: "tick", at: Date.now() }), REDRAW);
redraw();
connection.start();
