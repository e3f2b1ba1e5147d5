// Which press a key means, if any.

const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const OPERABLE = "button, a[href], summary, [role='button']";

function isIn(element, selector) {
  return typeof element?.closest === "function" && element.closest(selector) !== null;
}

// Shift is part of how some signs are typed, so it only disqualifies letters and digits.
function isModified({ ctrlKey, altKey, metaKey, shiftKey, key }) {
  return Boolean(ctrlKey || altKey || metaKey || (shiftKey && /^[\p{L}\p{N}]$/u.test(key)));
}

function matching(key, buttons) {
  if (!key) return undefined;
  return buttons.find(({ hotkey }) => hotkey === key)
    ?? buttons.find(({ hotkey }) => hotkey && hotkey.toLowerCase() === key.toLowerCase());
}

// Escape stops even while somebody types: silence must never be more than one key away.
export function pressOf(event, buttons) {
  if (event.repeat || event.isComposing || event.defaultPrevented || isModified(event)) return null;
  if (event.key === "Escape") return { action: "stop" };
  const element = event.composedPath?.()[0] ?? event.target;
  if (isIn(element, TYPING)) return null;
  if ((event.key === "Enter" || event.key === " ") && isIn(element, OPERABLE)) return null;
  const button = matching(event.key, buttons);
  return button ? { action: "play", button: button.name } : null;
}

export function listen(target, buttons, press) {
  target.addEventListener("keydown", (event) => {
    const wanted = pressOf(event, buttons());
    if (!wanted) return;
    event.preventDefault();
    press(wanted);
  });
}
