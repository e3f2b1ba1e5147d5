// What can be set for the whole server: one select each, built once from what /floor.json offers.

import { byId, element, send, setText } from "./dom.js";

const selects = new Map();

function makeSelect(setting, changed) {
  const select = element("select", { "data-setting": setting.name });
  for (const choice of setting.choices) select.append(element("option", { value: choice }, choice));
  select.addEventListener("change", async () => {
    await send(`settings/${setting.name}?value=${encodeURIComponent(select.value)}`);
    await changed();
  });
  const label = element("label", { class: "setting" }, element("span", {}, setting.label), select);
  label.title = `FACTS ${setting.fact}`;
  byId("settings").append(label);
  selects.set(setting.name, select);
  return select;
}

export function drawSettings(settings, changed) {
  for (const setting of settings) {
    const select = selects.get(setting.name) ?? makeSelect(setting, changed);
    // Whoever is choosing must not be disturbed by the poll.
    if (document.activeElement !== select && select.value !== setting.value) select.value = setting.value;
  }
}

export function drawDialers(dialers, present) {
  const nav = byId("dialers");
  if (nav.children.length) return;
  for (const name of dialers) {
    const link = element("a", { href: name ? `/${name}/` : "/" }, name || "main");
    if (name === present) link.setAttribute("aria-current", "page");
    nav.append(link);
  }
  setText(byId("dialer"), present ? `· ${present}` : "");
}
