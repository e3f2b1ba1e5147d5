// What a press comes to, from what is known and what is shown. Pure.
import { isDouble, onItsWay, targetOf } from "./store.js";

function shownAt(view, target, action) {
  if (target === "action:capture") {
    const { against, confirm, question } = view.capture;
    return { reason: against[action], confirm: confirm[action], question: action === view.capture.action ? question : "" };
  }
  if (target.startsWith("action:")) return view.controls[target.slice("action:".length)];
  return view.buttons[target] ?? { reason: "The panel is not connected." };
}

// The one capture button means begin or end, whichever it shows.
export const meant = (view, action) => (action === "capture" ? view.capture.action : action);

// An event for the store; one that is `sent` asks for a click instead.
export function outcomeOf(model, view, { action, button }, at) {
  const target = targetOf({ action, button });
  if (isDouble(model, target, at) || onItsWay(model, target)) return { type: "repeated", target, at };
  // Pressed again, what is being asked about puts the question away.
  if (model.question?.action === action) return { type: "answered" };
  const { reason, confirm, question } = shownAt(view, target, action);
  // Stop always goes to the server, which alone knows what is queued or has just begun. Other words stand beside what was
  // pressed, as an answer of the server would.
  if (reason && !(action === "stop" && view.live)) return { type: "told", target, text: reason, at };
  if (confirm) return { type: "confirming", action, text: confirm, at };
  return question ? { type: "questioned", target, text: question, at } : { type: "sent", action, button };
}

// Escape puts a question away, and stops whatever can be heard all the same.
export function keyed(view, { action }) {
  const asked = action === "stop" && view.question !== null;
  return { puts: asked, presses: !asked || !view.controls.stop.disabled };
}
