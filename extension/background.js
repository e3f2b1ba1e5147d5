// The service worker. It may die at any time and keeps nothing: panels own their sockets, and one of them answers each
// command. Every listener is registered at once, or an event that wakes the worker would be lost.
import { CLOSED, unsent } from "./badge.js";
import { COMMANDS } from "./commands.js";
import { load, patternOf } from "./settings.js";
import { show } from "./toolbar.js";

const panels = new Set();

// A panel holds a port as long as it is open. One that finds its port cut, because this worker died, opens another.
chrome.runtime.onConnect.addListener((port) => {
  panels.add(port);
  port.onDisconnect.addListener(() => {
    panels.delete(port);
    if (!panels.size) show(CLOSED);
  });
});

// Handed over once and never again: a press that nobody takes was not sent, and is said to be so.
chrome.commands.onCommand.addListener(async (command) => {
  if (!COMMANDS[command]) return;
  const message = { type: "command", id: crypto.randomUUID(), command };
  const answer = await chrome.runtime.sendMessage(message).catch(() => null);
  if (answer?.taken) return;
  show(unsent(COMMANDS[command], panels.size > 0));
  chrome.runtime.sendMessage({ type: "unsent", command }).catch(() => {});
});

// The script runs where the agent or the administrator named VICIdial and the browser was told to allow it.
async function place() {
  const { vicidial } = await load();
  const patterns = [];
  for (const origin of vicidial) {
    const pattern = patternOf(origin);
    if (await chrome.permissions.contains({ origins: [pattern] })) patterns.push(pattern);
  }
  await chrome.scripting.unregisterContentScripts();
  if (!patterns.length) return;
  await chrome.scripting.registerContentScripts([{ id: "vicidial", matches: patterns, js: ["vicidial.js"], runAt: "document_idle" }]);
  for (const { id } of await chrome.tabs.query({ url: patterns })) {
    chrome.scripting.executeScript({ target: { tabId: id }, files: ["vicidial.js"] }).catch(() => {});
  }
}

// One after the other: two at once would register the script twice.
let placing = Promise.resolve();
const placed = () => { placing = placing.then(place).catch((problem) => console.warn("Clipdeck:", problem)); };

function begin() {
  show(CLOSED);
  placed();
}

chrome.sidePanel.setPanelBehavior({ openPanelOnActionClick: true });
// Scripts in pages have no business with the token.
chrome.storage.local.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
chrome.runtime.onInstalled.addListener(begin);
chrome.runtime.onStartup.addListener(begin);
chrome.permissions.onAdded.addListener(placed);
chrome.permissions.onRemoved.addListener(placed);
chrome.storage.onChanged.addListener((changes) => { if (changes.vicidial) placed(); });
