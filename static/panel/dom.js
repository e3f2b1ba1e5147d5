// Small changes to the page, made only where something is different, so that nothing flickers or loses its focus.

export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (!element) return;
  if (value === null || value === false || value === "") element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

export function setHidden(element, hidden) {
  if (element && element.hidden !== hidden) element.hidden = hidden;
}

export function setLine(element, text) {
  setText(element, text);
  setHidden(element, !text);
}

// A scale is one number that the stylesheet draws; without one the stylesheet shows that the end is not known.
export function setProgress(element, progress) {
  const value = progress === null ? "" : progress.toFixed(3);
  if (element.style.getPropertyValue("--progress") !== value) element.style.setProperty("--progress", value);
}

export function setNote(element, note) {
  if (!element) return;
  setLine(element, note ? [note.text, note.time && `(${note.time})`].filter(Boolean).join(" ") : "");
  setAttribute(element, "data-kind", note?.kind ?? null);
}
