// Wires the parts of the wall together: socket to store, store to view, view to page, presses to socket.
import { setAttribute, setHidden, setText } from "../panel/dom.js";
import { Connection } from "../panel/socket.js";
import { drawAlerts, newsText } from "./alerts.js";
import { densityFor } from "./density.js";
import { Detail } from "./detail.js";
import { NONE, counts, filterOf, isPlaced, matches, searchOf } from "./filter.js";
import { Grid } from "./grid.js";
import { heldOrder, isHeld, mayReorder, wantedOrder } from "./order.js";
import { PING, makeAcknowledge, makeClick, makeWatch, parse } from "./protocol.js";
import { Sound } from "./sound.js";
import { initial, reduce } from "./store.js";
import { alertsOf, alertsTitle, cardsOf, connectionView, detailView, isLive, newsOf, titleOf } from "./view.js";

const NOT_LOGGED_IN = 4401;
const REDRAW = 500;

const root = document.querySelector("[data-wall]");
const part = (name) => root.querySelector(`[data-part='${name}']`);
const controls = { q: part("q"), board: part("board"), dialer: part("dialer") };

let model = initial();
let filter = filterOf(location.search);
let shown = [];
let hand = { inside: false, movedAt: 0, leftAt: 0, reorderedAt: 0 };
let drawing = 0;
let resized = true;

const grid = new Grid(part("grid"), part("card-template"));
const sound = new Sound();
const detail = new Detail(part("detail"), part("confirm"), {
  press(action, confirmed) {
    const click = makeClick(model.watching, action, { confirmed });
    dispatch({ type: "pressed", click });
    if (!connection.send(click)) dispatch({ type: "unsent", click, at: Date.now() });
  },
  closed: () => open(null),
});

function dispatch(event) {
  const before = model;
  model = reduce(model, event);
  if (model.news !== before.news) tellNews(newsOf(model));
  // A hidden page is not drawn, and its title is all that is seen of it.
  if (model.alerts !== before.alerts) document.title = titleOf(model);
  // What the server watches for us it forgets with the connection.
  if (isLive(model) && !isLive(before) && model.watching !== null) connection.send(makeWatch(model.watching));
  redrawSoon();
}

// Many messages in one frame are one drawing; a hidden page has no frames, and needs none.
function redrawSoon() {
  drawing ||= requestAnimationFrame(() => {
    drawing = 0;
    redraw(Date.now());
  });
}

function redraw(now) {
  const views = cardsOf(model, now);
  holdAlerts(isHeld(hand, now));
  const chosen = views.filter((view) => matches(view, filter));
  drawOrder(views, chosen, now);
  drawFrame(views, chosen, now);
  detail.draw(detailView(model, now));
  grid.mark(model.watching);
  setAttribute(root, "data-live", String(isLive(model)));
}

function drawOrder(views, chosen, now) {
  const wanted = wantedOrder(chosen);
  if (mayReorder(hand, now)) {
    if (wanted.join() !== shown.join()) hand = { ...hand, reorderedAt: now };
    shown = wanted;
  } else {
    shown = heldOrder(shown, wanted, new Set(views.map(({ key }) => key)));
  }
  const there = new Set(shown);
  if (resized || !isHeld(hand, now)) drawDensity(views.filter((view) => isPlaced(view, filter)).length);
  grid.draw(views.filter(({ key }) => there.has(key)));
  grid.place(shown);
}

function drawDensity(count) {
  resized = false;
  const list = part("grid");
  const room = { width: list.clientWidth, height: innerHeight - (list.getBoundingClientRect().top + scrollY) - 12 };
  const { name, scale, columns, height, gap } = densityFor(count, room);
  setAttribute(list, "data-density", name);
  for (const [key, value] of Object.entries({ scale, columns, height: `${height}px`, gap: `${gap}px` })) {
    if (list.style.getPropertyValue(`--${key}`) !== String(value)) list.style.setProperty(`--${key}`, value);
  }
}

function drawFrame(views, chosen, now) {
  const { status, text } = connectionView(model);
  setAttribute(part("line"), "data-connection", status);
  setText(part("connection"), text);
  const placed = views.filter((view) => isPlaced(view, filter));
  const numbers = counts(placed);
  for (const button of root.querySelectorAll("[data-state]")) {
    const { state } = button.dataset;
    setText(button.querySelector("strong"), String(state ? numbers[state] : placed.length));
    setAttribute(button, "aria-pressed", String(filter.state === state));
    setAttribute(button, "data-none", state && !numbers[state] ? "true" : null);
  }
  drawChoices(controls.board, views.map(({ board }) => board), filter.board);
  drawChoices(controls.dialer, views.map(({ dialer }) => dialer), filter.dialer);
  setHidden(part("nobody"), !model.ready || views.length > 0);
  setHidden(part("no-match"), views.length === 0 || chosen.length > 0 || shown.length > 0);
  drawAlerts(root, alertsOf(model, now), isLive(model));
  setText(part("alerts-title"), alertsTitle(model));
  drawSound();
}

function drawSound() {
  const button = root.querySelector("[data-do='sound']");
  setAttribute(button, "aria-pressed", String(sound.isOn));
  setAttribute(button, "data-mute", sound.isMute);
  setText(button, sound.isMute ? "Press to allow sound" : "Sound");
}

// As long as somebody points at a card, no alert pushes it away: the strip of alerts keeps its height.
function holdAlerts(held) {
  const section = part("alerts-section");
  if (held === Boolean(section.style.height)) return;
  section.style.height = held ? `${section.getBoundingClientRect().height}px` : "";
}

// A choice that the address names stays, even while no agent fits it.
function drawChoices(select, names, chosen) {
  const wanted = [...new Set([...names, chosen].filter(Boolean))].sort();
  if (JSON.stringify(wanted) !== select.dataset.shown) {
    select.dataset.shown = JSON.stringify(wanted);
    select.replaceChildren(select.options[0], ...wanted.map((name) => new Option(name, name)));
  }
  if (select.value !== chosen) select.value = chosen;
  setHidden(select.closest("label"), wanted.length < 2 && !chosen);
}

function choose(change) {
  filter = { ...filter, ...change };
  history.replaceState(null, "", location.pathname + searchOf(filter));
  // Who asks for another choice wants to see it now.
  shown = [];
  hand = { ...hand, inside: false, leftAt: 0, reorderedAt: 0 };
  drawFilter();
  redraw(Date.now());
}

function drawFilter() {
  if (controls.q.value !== filter.q) controls.q.value = filter.q;
  document.body.classList.toggle("full", filter.full);
  setText(part("full"), filter.full ? "Leave full screen" : "Full screen");
}

async function toggleFull() {
  choose({ full: !filter.full });
  try {
    if (filter.full) await document.documentElement.requestFullscreen();
    else if (document.fullscreenElement) await document.exitFullscreen();
  } catch {
    // Without the browser's consent the page still shows nothing but the wall.
  }
}

function open(key) {
  const last = model.watching;
  dispatch({ type: "watched", key });
  connection.send(makeWatch(key));
  redraw(Date.now());
  // A card that was chosen away meanwhile can't have the focus back.
  if (key === null && last !== null && !grid.focus(last)) part("agents-title").focus();
}

function tellNews(news) {
  sound.play();
  setText(part("announcement"), newsText(news));
}

function onSocketEvent(event) {
  if (event.type === "received") {
    const message = parse(event.text);
    if (message) dispatch({ type: "message", message, receivedAt: event.receivedAt });
    return;
  }
  dispatch(event);
  if (event.code === NOT_LOGGED_IN) {
    location.assign(`${root.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
}

const url = new URL(root.dataset.socket, location.href);
url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
const connection = new Connection({ url: url.href, ping: PING, onEvent: onSocketEvent, page: document, network: window });

root.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || button.closest("dialog")) return;
  const { do: what, state, open: key } = button.dataset;
  if (what !== "sound") sound.allow();
  if (state !== undefined) choose({ state: filter.state === state ? "" : state });
  else if (key) open(Number(key));
  else if (what === "full") toggleFull();
  else if (what === "sound") sound.toggle().then(drawSound);
  else if (what === "all") choose({ ...NONE, full: filter.full });
  else if (what === "acknowledge") connection.send(makeAcknowledge(Number(button.closest("[data-alert]").dataset.alert)));
  else if (button.closest("[data-key]")) open(Number(button.closest("[data-key]").dataset.key));
});
controls.q.addEventListener("input", () => choose({ q: controls.q.value }));
controls.board.addEventListener("change", () => choose({ board: controls.board.value }));
controls.dialer.addEventListener("change", () => choose({ dialer: controls.dialer.value }));

const moved = () => { hand = { ...hand, inside: true, movedAt: Date.now() }; };
const left = () => { hand = { ...hand, inside: false, leftAt: Date.now() }; };
for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) part("grid").addEventListener(name, moved);
for (const name of ["pointerleave", "focusout"]) part("grid").addEventListener(name, left);

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && filter.full) choose({ full: false });
});
addEventListener("popstate", () => {
  filter = filterOf(location.search);
  choose({});
});
addEventListener("resize", () => {
  resized = true;
  redrawSoon();
});
document.addEventListener("keydown", ({ key, target }) => {
  if (key === "Escape" && model.watching !== null && !target.closest?.("[data-part='confirm']")) open(null);
});
addEventListener("pageshow", (event) => { if (event.persisted) connection.restart(); });
addEventListener("pagehide", () => connection.close());
setInterval(() => dispatch({ type: "tick", at: Date.now() }), REDRAW);

drawSound();
drawFilter();
connection.start();
