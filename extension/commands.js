// The hot keys that work while another page has the focus. Pure.

export const COMMANDS = Object.freeze({
  stop: "Stop", capture: "Capture", "favourite-1": "First favourite", "favourite-2": "Second favourite",
  "favourite-3": "Third favourite",
});

// The press that a command means, or null where the board has no such button. Without a choice, the board's first
// three are the favourites.
export function pressOf(command, buttons, favourites) {
  if (command === "stop" || command === "capture") return { action: command };
  const place = /^favourite-([123])$/.exec(command)?.[1] - 1;
  const chosen = favourites[place];
  const button = chosen ? buttons.find(({ name }) => name === chosen) : buttons[place];
  return button ? { action: "play", button: button.name } : null;
}

// chrome.commands.getAll(), as rows for people. A key that the manifest suggests and the browser did not give is taken.
export function rowsOf(all, manifest) {
  return Object.entries(COMMANDS).map(([name, label]) => {
    const shortcut = all.find((command) => command.name === name)?.shortcut ?? "";
    const suggested = manifest.commands[name]?.suggested_key?.default ?? "";
    const note = shortcut || !suggested ? "" : `${suggested} is taken by another extension, or was removed.`;
    return { name, label, shortcut: shortcut || "none", note };
  });
}
