// The cards on the page: each is made once, changed only where something is different, and moved as seldom as can be.
import { setAttribute, setHidden, setProgress, setText } from "../panel/dom.js";

const part = (root, name) => root.querySelector(`[data-part='${name}']`);
const still = () => globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches;

function parts(element) {
  const names = ["name", "number", "status", "status-time", "capture", "capture-time", "playback", "playback-time", "note", "short", "panel"];
  return Object.fromEntries(names.map((name) => [name, part(element, name)]));
}

function drawCard({ element, at }, view) {
  const [worst] = view.troubles;
  const look = [view.state.session.status, view.status.label, view.capture.look, view.playback.look, view.playback.text, worst?.short ?? ""].join("|");
  const changed = element.dataset.look !== undefined && element.dataset.look !== look;
  element.dataset.look = look;
  setAttribute(element, "data-version", view.version);
  setAttribute(element, "data-status", view.state.session.status);
  setAttribute(element, "data-stale", view.stale || null);
  setAttribute(element, "data-tone", view.status.tone);
  setAttribute(element, "data-capture", view.capture.status);
  setAttribute(element, "data-playback", view.playback.status);
  setAttribute(element, "data-trouble", worst?.kind ?? null);
  setAttribute(element, "data-panel-open", String(view.panelOpen));
  setText(at.name, view.name);
  setText(at.number, view.number || `agent ${view.agent}`);
  at.number.classList.toggle("spoken", !view.number);
  setText(at.status, view.status.label);
  setAttribute(at.status.parentElement, "data-short", view.status.short);
  setText(at["status-time"], view.status.time);
  setAttribute(at.capture.parentElement, "data-look", view.capture.look);
  setAttribute(at.capture.parentElement, "data-slow", view.capture.slow);
  setText(at.capture, view.capture.text || "Not recording");
  setText(at["capture-time"], view.capture.time);
  setAttribute(at.playback.parentElement, "data-look", view.playback.look);
  setAttribute(at.playback.parentElement, "data-proof", view.playback.proof || null);
  setText(at.playback, view.playback.text || "No clip");
  setText(at["playback-time"], view.playback.time);
  setProgress(at.playback.parentElement, view.playback.progress);
  setHidden(at.panel, view.panelOpen);
  setText(at.short, worst?.short ?? "");
  setText(at.note, worst?.text ?? (view.last ? `${view.last.text} (${view.last.time})` : ""));
  setAttribute(at.note, "data-kind", worst?.kind ?? (view.last ? "last" : null));
  return changed;
}

// Seen, but not enough to disturb: the edge lights up once and fades.
function flash(element) {
  if (still() || document.hidden) return;
  element.animate([{ boxShadow: "0 0 0 3px var(--accent)" }, { boxShadow: "0 0 0 3px transparent" }], { duration: 1_200 });
}

export class Grid {
  #list;
  #template;
  #cards = new Map();

  constructor(list, template) {
    this.#list = list;
    this.#template = template;
  }

  // Draws these views, in their present order; those that are not among them go.
  draw(views) {
    const there = new Set(views.map(({ key }) => key));
    for (const [key, card] of this.#cards) {
      if (!there.has(key)) {
        card.element.remove();
        this.#cards.delete(key);
      }
    }
    for (const view of views) {
      const card = this.#cards.get(view.key) ?? this.#make(view.key);
      if (drawCard(card, view)) flash(card.element);
    }
  }

  // Puts the cards into this order; those that move are seen to move.
  place(keys) {
    const elements = keys.map((key) => this.#cards.get(key)?.element).filter(Boolean);
    if (elements.every((element, index) => this.#list.children[index] === element)) return;
    const focused = document.activeElement;
    const before = still() ? null : new Map(elements.map((element) => [element, element.getBoundingClientRect()]));
    elements.forEach((element, index) => {
      if (this.#list.children[index] !== element) this.#list.insertBefore(element, this.#list.children[index] ?? null);
    });
    if (this.#list.contains(focused) && document.activeElement !== focused) focused.focus({ preventScroll: true });
    if (before) this.#glide(before);
  }

  // Whether the card is still there.
  focus(key) {
    this.#cards.get(key)?.element.querySelector("button").focus();
    return this.#cards.has(key);
  }

  mark(key) {
    for (const [each, { element }] of this.#cards) setAttribute(element.querySelector("button"), "aria-expanded", String(each === key));
  }

  #make(key) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    element.dataset.key = key;
    const card = { element, at: parts(element) };
    this.#cards.set(key, card);
    this.#list.append(element);
    return card;
  }

  #glide(before) {
    for (const [element, from] of before) {
      const to = element.getBoundingClientRect();
      if (!from.width || (from.x === to.x && from.y === to.y)) continue;
      element.animate([{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: "none" }],
        { duration: 300, easing: "ease-out" });
    }
  }
}
