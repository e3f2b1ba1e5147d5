// The options: where Clipdeck is, who is connected, the keys, the favourites, and where VICIdial may be looked at.
import { rowsOf } from "./commands.js";
import { setHidden, setLine, setText } from "./panel/dom.js";
import { PROTOCOL } from "./panel/protocol.js";
import { Server } from "./server.js";
import { forgetToken, load, patternOf, save, serverOf, vicidialOf } from "./settings.js";

const part = (name) => document.querySelector(`[data-part='${name}']`);
const form = (name) => document.querySelector(`[data-form='${name}']`);
let settings = await load();

function say(name, text, kind) {
  part(name).dataset.kind = kind;
  setText(part(name), text);
}

const serverNow = () => new Server(settings.server, { token: settings.token, protocol: PROTOCOL });

// --- Clipdeck

async function saveServer(event) {
  event.preventDefault();
  const { origin, problem } = serverOf(form("server").server.value);
  if (problem) return say("server-said", problem, "bad");
  form("server").server.value = origin;
  // A token is the server's that gave it; another one must not see it.
  if (origin !== settings.server) await forgetToken();
  await save({ server: origin });
  settings = await load();
  return drawServer();
}

async function drawServer() {
  const input = form("server").server;
  input.value = settings.server;
  input.readOnly = form("server").querySelector("button").disabled = settings.managed;
  setLine(part("who"), "");
  setHidden(part("disconnect"), true);
  if (settings.managedProblem) return say("server-said", `Your administrator's setting is wrong. ${settings.managedProblem}`, "bad");
  if (!settings.server) return say("server-said", "", "");
  say("server-said", "Looking…", "");
  try {
    await serverNow().check();
    say("server-said", settings.managed ? "Clipdeck is there. Your administrator has set this address." : "Clipdeck is there.", "good");
    if (!settings.token) return say("server-said", "Clipdeck is there. Open the side panel to connect.", "good");
    const { agent, token } = await serverNow().me();
    setLine(part("who"), `Connected as ${agent.name} (${agent.agent_user}) until ${new Date(token.expires_at).toLocaleDateString()}.`);
    setHidden(part("disconnect"), false);
  } catch ({ text }) {
    say("server-said", text, "bad");
  }
  return undefined;
}

// Forgotten here in any case; where the server can't be told, its page of extensions can.
async function disconnect() {
  const told = await serverNow().revoke().then(() => true, () => false);
  await forgetToken();
  settings = await load();
  await drawServer();
  if (!told) say("server-said", "Disconnected here, but Clipdeck could not be told. Disconnect this browser there too, under Extensions.", "bad");
}

// --- Keys

async function drawKeys() {
  const rows = rowsOf(await chrome.commands.getAll(), chrome.runtime.getManifest());
  part("keys").replaceChildren(...rows.map(({ name, label, shortcut, note }) => {
    const row = document.createElement("tr");
    row.dataset.command = name;
    row.append(cell(label), cell(shortcut, note));
    return row;
  }));
}

function cell(text, note = "") {
  const made = document.createElement("td");
  made.textContent = text;
  if (note) made.append(Object.assign(document.createElement("small"), { textContent: note }));
  return made;
}

// --- Favourites

async function drawFavourites() {
  const selects = [...document.querySelectorAll("[data-favourite]")];
  const board = settings.token ? await serverNow().board().catch(() => null) : null;
  selects.forEach((select) => { select.disabled = !board; });
  if (!board) return say("favourites-said", "They can be chosen once the side panel is connected.", "");
  selects.forEach((select, place) => {
    const first = `The board's number ${place + 1}${board.buttons[place] ? `: ${board.buttons[place].label}` : ""}`;
    select.replaceChildren(new Option(first, ""), ...board.buttons.map(({ name, label }) => new Option(label, name)));
    select.value = settings.favourites[place];
    // A button that was removed since: better said than silently another one.
    if (select.selectedIndex < 0) {
      select.append(new Option(`${settings.favourites[place]} (not on the board)`, settings.favourites[place]));
      select.value = settings.favourites[place];
    }
  });
  return say("favourites-said", "", "");
}

async function saveFavourites() {
  settings.favourites = [...document.querySelectorAll("[data-favourite]")].map(({ value }) => value);
  await save({ favourites: settings.favourites });
  say("favourites-said", "Saved.", "good");
}

// --- VICIdial

// The browser asks only while a press of the agent's is at hand, so nothing may be waited for before it.
async function allow(event) {
  event.preventDefault();
  const { origin, problem } = vicidialOf(form("vicidial").vicidial.value);
  if (problem) return say("vicidial-said", problem, "bad");
  return allowOrigin(origin);
}

async function allowOrigin(origin) {
  const granted = await chrome.permissions.request({ origins: [patternOf(origin)] });
  if (!granted) return say("vicidial-said", "It was not allowed, so the panel cannot compare the agents.", "bad");
  if (!settings.managedVicidial.includes(origin)) await saveVicidial([...settings.vicidial, origin]);
  form("vicidial").reset();
  say("vicidial-said", "Allowed.", "good");
  return drawVicidial();
}

async function remove(origin) {
  await saveVicidial(settings.vicidial.filter((other) => other !== origin));
  await chrome.permissions.remove({ origins: [patternOf(origin)] });
  say("vicidial-said", "Removed.", "good");
  await drawVicidial();
}

async function saveVicidial(origins) {
  await save({ vicidial: [...new Set(origins)].filter((origin) => !settings.managedVicidial.includes(origin)) });
  settings = await load();
}

async function drawVicidial() {
  const items = await Promise.all(settings.vicidial.map(async (origin) => {
    const item = document.createElement("li");
    const allowed = await chrome.permissions.contains({ origins: [patternOf(origin)] });
    const managed = settings.managedVicidial.includes(origin);
    item.append(`${origin}${managed ? " (set by your administrator)" : ""}`);
    if (!allowed) item.append(button("Allow", () => allowOrigin(origin)));
    else if (!managed) item.append(button("Remove", () => remove(origin)));
    return item;
  }));
  part("vicidial").replaceChildren(...items);
}

function button(text, press) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: text });
  made.addEventListener("click", press);
  return made;
}

form("server").addEventListener("submit", saveServer);
form("favourites").addEventListener("change", saveFavourites);
form("vicidial").addEventListener("submit", allow);
// The browser opens it only at a press of the agent's, so the window is asked for beforehand.
const { id: windowId } = await chrome.windows.getCurrent();
part("open").addEventListener("click", () => chrome.sidePanel.open({ windowId }));
part("disconnect").addEventListener("click", disconnect);
// Each browser sends its own users to its own page.
part("rebind").addEventListener("click", () => chrome.tabs.create({ url: "chrome://extensions/shortcuts" }));
addEventListener("focus", drawKeys);
chrome.storage.onChanged.addListener(async ({ token }) => {
  if (!token) return;
  settings = await load();
  await Promise.all([drawServer(), drawFavourites()]);
});
await Promise.all([drawServer(), drawKeys(), drawFavourites(), drawVicidial()]);
document.documentElement.dataset.ready = "true";
