// Puts a view on the page. It decides nothing: every word and every look comes from the view.
import { setAttribute, setHidden, setLine, setNote, setProgress, setText } from "./dom.js";

const part = (root, name) => root.querySelector(`[data-part='${name}']`);
const byNote = (root, target) => root.querySelector(`[data-note-for="${CSS.escape(target)}"]`);

// A disabled button stays in the tab order, so that its reason can be reached and read.
function drawPressable(element, { look, disabled, reason, doubt }) {
  setAttribute(element, "data-look", look);
  setAttribute(element, "aria-disabled", String(disabled));
  setAttribute(element, "title", reason || doubt);
  setAttribute(element, "data-doubt", Boolean(doubt));
}

function drawButton(root, name, view) {
  const element = root.querySelector(`[data-button="${CSS.escape(name)}"]`);
  if (!element) return;
  drawPressable(element, view);
  setAttribute(element, "aria-pressed", String(view.pressed));
  setText(part(element, "state"), view.text || (view.disabled ? view.reason : view.doubt));
  setAttribute(part(element, "state"), "data-shared", !view.text && view.shared);
  setText(part(element, "time"), view.time);
  setProgress(element, view.progress);
  setNote(byNote(root, name), view.note);
}

function drawControl(root, action, view) {
  const element = root.querySelector(`[data-action="${action}"]`);
  if (!element) return;
  drawPressable(element, view);
  setHidden(element, view.hidden);
  const note = byNote(root, `action:${action}`);
  setNote(note, view.note);
  // An empty note would hide the reason, which is the description as long as there is no other.
  setAttribute(element, "aria-describedby", view.note ? note.id : null);
}

function drawWarnings(list, warnings) {
  const wanted = JSON.stringify(warnings);
  if (list.dataset.shown === wanted) return;
  list.dataset.shown = wanted;
  list.replaceChildren(...warnings.map(({ kind, text }) => {
    const item = document.createElement("li");
    item.dataset.kind = kind;
    item.textContent = text;
    return item;
  }));
}

function drawCapture(root, view) {
  const element = root.querySelector("[data-action='capture']");
  const card = element.closest("[data-part='capture']");
  drawPressable(element, view);
  setAttribute(element, "aria-pressed", String(view.pressed));
  setAttribute(element, "data-slow", view.slow);
  setText(part(element, "state"), view.text);
  setText(part(element, "time"), view.elapsed);
  setLine(part(element, "hint"), view.hint);
  setLine(part(card, "recording"), view.recording && `Recording ${view.recording}`);
  setLine(part(card, "filename"), view.filename);
  setLine(part(card, "began"), view.began && `Began ${view.began}`);
  setHidden(part(card, "ends"), !view.ends);
  setLine(part(card, "checked"), view.checked && `Checked ${view.checked}`);
  drawWarnings(part(card, "warnings"), view.warnings);
  setText(part(card, "capture-spoken"), view.spoken);
  setNote(byNote(root, "action:capture"), view.note);
}

// Whoever is asked hears the question with the answer that changes nothing, and is led back where they were.
function drawQuestion(root, view) {
  const box = part(root, "question");
  const [yes, no] = ["yes", "no"].map((answer) => box.querySelector(`[data-answer='${answer}']`));
  const appears = box.hidden && view !== null;
  if (view) {
    setAttribute(box, "data-about", view.action);
    setText(part(box, "question-text"), view.text);
    setText(yes, view.yes);
    setAttribute(yes, "aria-disabled", String(!view.open));
    setText(no, view.no);
  } else if (box.contains(document.activeElement)) {
    root.querySelector("[data-action='capture']").focus({ preventScroll: true });
  }
  setHidden(box, view === null);
  if (!appears) return;
  no.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
}

function drawConnection(root, { connection, link, session }) {
  const line = root.querySelector("[data-connection]");
  setAttribute(line, "data-connection", connection.status);
  setText(part(line, "connection"), connection.text);
  setLine(part(line, "connection-since"), connection.since);
  setAttribute(part(root, "link"), "data-level", link.level);
  setText(part(root, "link-text"), link.text);
  setLine(part(root, "link-since"), link.since);
  setLine(part(root, "link-detail"), link.detail);
  setAttribute(part(root, "session"), "data-tone", session.tone);
  setText(part(root, "session-text"), session.label);
  setLine(part(root, "session-age"), session.age);
}

let announced = null;

// Emptying the region first makes a screen reader say the same words again when the same thing happens again.
function announce(root, announcement) {
  if (announcement === announced) return;
  announced = announcement;
  const region = part(root, "announcement");
  region.textContent = "";
  if (announcement) globalThis.setTimeout(() => setText(region, announcement.text), 50);
}

export function draw(root, view) {
  drawConnection(root, view);
  Object.entries(view.buttons).forEach(([name, button]) => drawButton(root, name, button));
  Object.entries(view.controls).forEach(([action, control]) => drawControl(root, action, control));
  drawCapture(root, view.capture);
  drawQuestion(root, view.question);
  setLine(part(root, "board-reason"), view.boardReason);
  setText(part(root, "now"), view.now);
  setText(part(root, "now-time"), view.nowTime);
  setHidden(part(root, "stale"), view.connection.status !== "lost");
  setAttribute(root, "data-live", String(view.live));
  announce(root, view.announcement);
}
