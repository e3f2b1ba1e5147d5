// The panel as a page of the site: its address, its login, its agent.
import { startPanel } from "./panel.js";

const NOT_LOGGED_IN = 4401;

const root = document.querySelector("[data-panel]");

function socketUrl() {
  const url = new URL(root.dataset.socket, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function logIn() {
  const login = new URL(root.dataset.login, location.href);
  login.searchParams.set("next", location.pathname + location.search);
  location.assign(login);
}

// Somebody else may have logged in beside this page: what stands around the panel would be the former agent's.
function compare({ dialer, agent_user: user }) {
  if (root.dataset.agent !== `${dialer}/${user}`) location.reload();
}

startPanel({
  root, url: socketUrl(), onAgent: compare,
  onEnd: ({ code }) => { if (code === NOT_LOGGED_IN) logIn(); },
});
