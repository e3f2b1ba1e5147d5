// The side panel: it is paired with the server, owns the socket, and answers commands if it is the elected one.
import { badgeOf } from "./badge.js";
import { COMMANDS, pressOf } from "./commands.js";
import { setAttribute, setHidden, setLine, setText } from "./panel/dom.js";
import { startPanel } from "./panel/panel.js";
import { PROTOCOL } from "./panel/protocol.js";
import { callOf, reportOf, warningOf, withReport, withTabs } from "./screens.js";
import { Problem, Server, UNPAIRED, endOf } from "./server.js";
import { forgetPairing, forgetToken, load, pairingWith, patternOf, savePairing, saveToken } from "./settings.js";
import { show } from "./toolbar.js";

const part = (name) => document.querySelector(`[data-part='${name}']`);
const settings = await load();
const server = new Server(settings.server, { token: settings.token, protocol: PROTOCOL });

let panel = null, agent = null, buttons = [], reports = {}, foreign = [], elected = false, said = "";

function step(name) {
  document.querySelectorAll("[data-step]").forEach((section) => setHidden(section, section.dataset.step !== name));
}

function explain({ code = "", text }) {
  agent = null;
  setText(part("problem"), text);
  setHidden(part("anew"), !UNPAIRED.includes(code) && code !== "pairing_gone" && code !== "pairing_refused");
  setHidden(part("again"), !part("anew").hidden);
  step("problem");
  report({ live: false, connection: { text }, link: {}, capture: {} });
  stepDown();
}

// The view is drawn five times a second; the toolbar hears of it when the badge changes.
let shown = "";

function report(view, playback) {
  if (!elected) return;
  const badge = badgeOf(view, playback, said || warningOf(reports, agent, foreign));
  if (JSON.stringify(badge) === shown) return;
  shown = JSON.stringify(badge);
  show(badge);
}

// --- Pairing

const nameOfThis = () => {
  const { brands = [], platform = "" } = navigator.userAgentData ?? {};
  const brand = brands.map(({ brand: name }) => name).find((name) => /Chrome|Edge|Opera|Brave/.test(name)) ?? "Chromium";
  return `${brand.replace("Google ", "")}${platform ? ` on ${platform}` : ""}`;
};

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

async function pair() {
  part("ask").disabled = true;
  try {
    await server.check();
    const { code, key, confirm_url: link, poll_seconds: seconds, expires_at: expires } = await server.begin(nameOfThis());
    // The page that asks for a login must be the server's own, whatever it says.
    const { pathname, search } = new URL(link);
    const pairing = {
      server: settings.server, code, key, confirm: `${settings.server}${pathname}${search}`, wait: seconds * 1000, expires: Date.parse(expires),
    };
    await savePairing(pairing);
    await confirmed(pairing);
  } catch (problem) {
    explain(problem);
  }
}

// Shows the code until somebody has decided.
async function confirmed({ code, key, confirm, wait }) {
  setText(part("code"), `${code.slice(0, 4)}-${code.slice(4)}`);
  part("confirm").href = confirm;
  step("code");
  try {
    await saveToken(await collect(key, wait), settings.server);
    await forgetPairing();
  } catch (problem) {
    await forgetPairing();
    explain(problem);
  }
}

// A poll that does not get through says nothing about the code: only the server's own word ends it.
async function collect(key, wait) {
  for (;;) {
    await pause(wait);
    try {
      const { status, token } = await server.poll(key);
      if (status === "confirmed") return token;
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.final) throw problem;
    }
  }
}

// --- The panel

function start() {
  step("panel");
  stand();
  const url = new URL("/ws/panel/", settings.server);
  url.protocol = url.protocol.replace("http", "ws");
  panel = startPanel({
    root: document.querySelector("[data-panel]"), url: url.href, ticket: () => server.ticket().catch(named), onEnd, onAgent, onDrawn,
  });
}

// What ended the connection for good is kept, because the end itself only carries the words.
let last = {};
function named(problem) {
  last = problem;
  throw problem;
}

// A socket that is closed as "not logged in" had a good ticket: the server knows what became of the token.
async function onEnd({ text }) {
  panel = null;
  const problem = last.final ? last : await server.me().then(() => ({ text }), (reason) => reason);
  explain(problem);
}

function onAgent(whose) {
  if (!agent) server.me().then(onMe, () => {});
  agent = whose;
  setText(part("whose"), `${whose.name} (${whose.agent_user})`);
}

function onMe({ other_dialers: others = [], token }) {
  foreign = others;
  setLine(part("ends"), endOf(token, Date.now()));
}

function onDrawn(view, model) {
  buttons = model.board?.buttons ?? [];
  setLine(part("warning"), said || warningOf(reports, agent, foreign));
  setLine(part("call"), view.live ? callOf(reports, agent, foreign) : "");
  if (!model.connection.final) report(view, model.state?.playback);
}

// --- Commands and reports

const done = new Set();

function carryOut({ id, command }) {
  if (done.has(id)) return;
  done.add(id);
  const press = panel && pressOf(command, buttons, settings.favourites);
  if (press) panel.press(press);
  else tell(panel ? `"${COMMANDS[command]}" was not sent: the board has no such button. Choose it in the options.`
    : `"${COMMANDS[command]}" was not sent: the panel is not connected.`);
}

function tell(text) {
  said = text;
  setLine(part("warning"), text);
  setTimeout(() => { said = ""; if (!panel) setLine(part("warning"), ""); }, 10_000);
}

chrome.runtime.onMessage.addListener((message, sender, respond) => {
  if (sender.id !== chrome.runtime.id) return;
  if (message?.type === "command" && !sender.tab && elected && COMMANDS[message.command]) {
    respond({ taken: true });
    carryOut(message);
    return;
  }
  if (message?.type === "unsent" && !sender.tab && COMMANDS[message.command]) {
    tell(`"${COMMANDS[message.command]}" was not sent: no side panel is connected.`);
    return;
  }
});

// --- VICIdial's screens

const LOOK_EVERY = 1_000;

async function look() {
  const tabs = settings.vicidial.length ? await chrome.tabs.query({ url: settings.vicidial.map(patternOf) }) : [];
  reports = withTabs(reports, tabs.map(({ id }) => id));
  tabs.forEach(askScreen);
}

// Nobody answers where nothing may be read, or VICIdial's page has gone.
async function askScreen({ id, url }) {
  const answer = await chrome.tabs.sendMessage(id, { type: "who" }, { frameId: 0 }).catch(() => null);
  const report = reportOf(answer, { id, origin: new URL(url).origin }, settings.vicidial);
  reports = report ? withReport(reports, report) : withTabs(reports, Object.keys(reports).map(Number).filter((other) => other !== id));
}

setInterval(look, LOOK_EVERY);

// --- The elected panel

// One panel of all windows is elected, and the next one when it closes or its connection ends for good. The lock ends
// with the page, whatever ends that.
let stepDown = () => {};

function stand() {
  const over = new AbortController();
  stepDown = () => over.abort();
  navigator.locks.request("clipdeck.elected", { signal: over.signal }, () => new Promise((resolve) => {
    elected = true;
    shown = "";
    stepDown = () => { elected = false; resolve(); };
  })).catch(() => {});
}

// As long as this port is open, the service worker knows that a panel is.
function hold() {
  chrome.runtime.connect({ name: "panel" }).onDisconnect.addListener(hold);
}
hold();

chrome.storage.onChanged.addListener(({ server: address, token, favourites, vicidial }, area) => {
  if (area === "managed" || address || token) location.reload();
  if (favourites) settings.favourites = favourites.newValue ?? [];
  if (vicidial) load().then((now) => { settings.vicidial = now.vicidial; });
});

document.querySelectorAll("[data-open='options']").forEach((button) => button.addEventListener("click", () => chrome.runtime.openOptionsPage()));
part("ask").addEventListener("click", pair);
part("other-code").addEventListener("click", async () => {
  await forgetPairing();
  location.reload();
});
part("again").addEventListener("click", () => location.reload());
part("anew").addEventListener("click", async () => {
  if (settings.token) await forgetToken();
  else location.reload();
});

setText(part("server"), settings.server && new URL(settings.server).host);
setAttribute(document.documentElement, "data-ready", "true");
if (settings.managedProblem) explain({ text: `Your administrator's setting is wrong. ${settings.managedProblem}` });
else if (!settings.server) step("server");
else if (settings.token) start();
else {
  const begun = await pairingWith(settings.server, Date.now());
  if (begun) confirmed(begun);
  else step("pair");
}
