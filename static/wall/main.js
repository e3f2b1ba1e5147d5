// Wires the parts of the wall together: socket to store, store to view, view to page, presses to socket.
import { setAttribute, setHidden, setText } from "../panel/dom.js";
import { Connection } from "../panel/socket.js";
import { drawAlerts, newsText } from "./alerts.js";
import { densityFor } from "./density.js";
import { Detail } from "./detail.js";
import { NONE, counts, filterOf, isPlaced, matches, searchOf } from "./filter.js";
import { Grid } from "./grid.js";
import { heldOrder, mayReorder, wantedOrder } from "./order.js";
import { PING, makeAcknowledge, makeClick, makeWatch, parse } from "./protocol.js";
import { Sound } from "./sound.js";
import { initial, reduce } from "./store.js";
import { alertsOf, cardsOf, connectionView, detailView, isLive } from "./view.js";

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

const grid = new Grid(part("grid"), part("card-template"));
const sound = new Sound();
const detail = new Detail(part("detail"), part("confirm"), {
  press(action) {
    const click = makeClick(model.watching, action);
    dispatch({ type: "pressed", click });
    if (!connection.send(click)) dispatch({ type: "unsent", click, at: Date.now() });
  },
  closed: () => open(null),
});

function dispatch(event) {
  const before = model;
  model = reduce(model, event);
  if (model.news !== before.news) tellNews(model.news);
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
  drawDensity(views.filter((view) => isPlaced(view, filter)).length);
  grid.draw(views.filter(({ key }) => there.has(key)));
  grid.place(shown);
}

function drawDensity(count) {
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
  const numbers = counts(views.filter((view) => isPlaced(view, filter)));
  for (const button of root.querySelectorAll("[data-state]")) {
    const { state } = button.dataset;
    setText(button.querySelector("strong"), String(state ? numbers[state] : views.length));
    setAttribute(button, "aria-pressed", String(filter.state === state));
    setAttribute(button, "data-none", state && !numbers[state] ? "true" : null);
  }
  drawChoices(controls.board, views.map(({ board }) => board), filter.board);
  drawChoices(controls.dialer, views.map(({ dialer }) => dialer), filter.dialer);
  setHidden(part("nobody"), !model.ready || views.length > 0);
  setHidden(part("no-match"), views.length === 0 || chosen.length > 0 || shown.length > 0);
  const alerts = alertsOf(model, now);
  const open = alerts.filter(({ by }) => !by).length;
  drawAlerts(root, alerts);
  setText(part("alert-count"), String(open));
  setText(part("alert-total"), alerts.length > open ? `and ${alerts.length - open} looked after` : "");
  document.title = open ? `(${open}) Wall · Clipdeck` : "Wall · Clipdeck";
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
  if (key === null && last !== null) grid.focus(last);
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
  if (state !== undefined) choose({ state: filter.state === state ? "" : state });
  else if (key) open(Number(key));
  else if (what === "full") toggleFull();
  else if (what === "sound") setAttribute(button, "aria-pressed", String(sound.toggle()));
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
addEventListener("resize", redrawSoon);
addEventListener("pageshow", (event) => { if (event.persisted) connection.restart(); });
addEventListener("pagehide", () => connection.close());
setInterval(() => dispatch({ type: "tick", at: Date.now() }), REDRAW);

setAttribute(root.querySelector("[data-do='sound']"), "aria-pressed", String(sound.isOn));
drawFilter();
connection.start();
