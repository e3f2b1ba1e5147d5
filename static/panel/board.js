// The clips' places on the page. The server drew them; they are made anew only when the board has changed since.
import { setAttribute, setHidden, setText } from "./dom.js";

function signature({ name, label, hotkey, colour, transcript }) {
  return JSON.stringify([name, label, hotkey || "", colour || "", transcript || ""]);
}

function signatureIn(item) {
  const button = item.querySelector("[data-button]");
  return signature({
    name: button.dataset.button, hotkey: button.dataset.hotkey, colour: button.dataset.colour,
    label: item.querySelector("[data-part='label']").textContent.trim(),
    transcript: item.querySelector("[data-part='transcript']")?.textContent.trim(),
  });
}

function fill(item, button, place) {
  const element = item.querySelector("[data-button]");
  const note = item.querySelector("[data-note-for]");
  note.id = `note-${place}`;
  note.dataset.noteFor = button.name;
  setAttribute(element, "aria-describedby", note.id);
  setAttribute(element, "aria-keyshortcuts", button.hotkey);
  element.dataset.button = button.name;
  element.dataset.hotkey = button.hotkey;
  element.dataset.colour = button.colour;
  setText(item.querySelector("[data-part='label']"), button.label);
  setText(item.querySelector("[data-part='hotkey']"), button.hotkey);
  setHidden(item.querySelector("[data-part='hotkey']"), !button.hotkey);
  setText(item.querySelector("[data-part='transcript']"), button.transcript);
  setHidden(item.querySelector("details"), !button.transcript);
  return item;
}

function make(template, button, place) {
  return fill(template.content.firstElementChild.cloneNode(true), button, place);
}

export function placeButtons(root, board) {
  const list = root.querySelector("[data-part='clips']");
  const wanted = board.buttons.map((button) => signature({ ...button, label: button.label.trim(), transcript: button.transcript.trim() }));
  const present = [...list.children].map(signatureIn);
  setText(root.querySelector("[data-part='board']"), board.name);
  setHidden(root.querySelector("[data-part='no-clips']"), board.buttons.length > 0);
  if (JSON.stringify(wanted) === JSON.stringify(present)) return;
  const template = root.querySelector("[data-part='clip-template']");
  list.replaceChildren(...board.buttons.map((button, place) => make(template, button, place + 1)));
}
