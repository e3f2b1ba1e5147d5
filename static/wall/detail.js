// One agent, opened: what is known now, the last clicks, and the two things that a supervisor may do.
import { setAttribute, setHidden, setLine, setText } from "../panel/dom.js";

const part = (root, name) => root.querySelector(`[data-part='${name}']`);

const QUESTIONS = Object.freeze({
  stop: { ask: (name) => `Stop the clip of ${name}?`, means: "The customer hears it break off.", yes: "Stop the clip", no: "Let it play" },
  capture_end: { ask: (name) => `End the recording of ${name}?`, means: "It can't be continued: what follows is not on it.",
    yes: "End the recording", no: "Let it run" },
});

function clickRow(view) {
  const row = document.createElement("li");
  row.dataset.status = view.status;
  row.dataset.id = view.id;
  const spans = [["at", view.at], ["what", view.what], ["end", [view.end, view.endedAt].filter(Boolean).join(" ")],
    ["by", view.by && `by ${view.by}`], ["text", view.text]];
  row.append(...spans.filter(([, text]) => text).map(([name, text]) => {
    const span = document.createElement("span");
    span.className = `click-${name}`;
    span.textContent = text;
    return span;
  }));
  return row;
}

function drawClicks(list, clicks) {
  const wanted = JSON.stringify(clicks);
  if (list.dataset.shown === wanted) return;
  list.dataset.shown = wanted;
  list.replaceChildren(...clicks.map(clickRow));
}

export class Detail {
  #dialog;
  #confirm;
  #who = "";
  #asked = { action: "", confirmed: false };
  #confirmations = {};

  constructor(dialog, confirm, { press, closed }) {
    this.#dialog = dialog;
    this.#confirm = confirm;
    dialog.addEventListener("click", ({ target }) => {
      if (target.closest("[data-do='close']")) closed();
      const button = target.closest("[data-press]");
      if (button && button.getAttribute("aria-disabled") !== "true") this.#ask(button.dataset.press);
    });
    confirm.addEventListener("close", () => {
      if (confirm.returnValue === "yes") press(this.#asked.action, this.#asked.confirmed);
    });
  }

  draw(view) {
    if (!view) {
      if (this.#dialog.open) this.#dialog.close();
      if (this.#confirm.open) this.#confirm.close("no");
      return;
    }
    this.#who = `${view.name} (${view.agent})`;
    this.#confirmations = view.confirm;
    const line = (name, text) => setLine(part(this.#dialog, name), text);
    setText(part(this.#dialog, "detail-name"), view.name);
    line("detail-who", `agent ${view.agent} on ${view.dialer}, board ${view.board}`);
    line("detail-status", [view.status.label, view.status.time && (view.stale ? `(${view.status.time})` : `for ${view.status.time}`)]
      .filter(Boolean).join(" "));
    line("detail-panel", view.panelOpen ? "open" : "not open");
    line("detail-capture", view.capture.words);
    line("detail-incapacity", view.capture.incapacity);
    line("detail-playback", [view.playback.text || "No clip", view.playback.time].filter(Boolean).join(" "));
    line("detail-proof", view.playback.words);
    line("detail-trouble", view.troubles.map(({ text }) => text).join(" "));
    for (const button of this.#dialog.querySelectorAll("[data-press]")) {
      const reason = view.reasons[button.dataset.press];
      setAttribute(button, "aria-disabled", String(Boolean(reason)));
      setAttribute(button, "title", reason || view.doubts[button.dataset.press]);
    }
    line("detail-reasons", [...new Set([...Object.values(view.reasons), ...Object.values(view.doubts)])].filter(Boolean).join(" "));
    line("detail-answer", view.answer);
    setHidden(part(this.#dialog, "no-clicks"), view.clicks === null || view.clicks.length > 0);
    drawClicks(part(this.#dialog, "clicks"), view.clicks ?? []);
    if (!this.#dialog.open) {
      this.#dialog.show();
      part(this.#dialog, "detail-name").focus();
    }
  }

  #ask(action) {
    const { ask, means, yes, no } = QUESTIONS[action];
    const warning = this.#confirmations[action] ?? "";
    // Only what was read is confirmed.
    this.#asked = { action, confirmed: Boolean(warning) };
    setLine(part(this.#confirm, "warned"), warning);
    setText(part(this.#confirm, "question"), ask(this.#who));
    setText(part(this.#confirm, "means"), `${means} The agent's panel says that you did it.`);
    setText(part(this.#confirm, "yes"), yes);
    setText(part(this.#confirm, "no"), no);
    this.#confirm.returnValue = "no";
    this.#confirm.showModal();
  }
}
