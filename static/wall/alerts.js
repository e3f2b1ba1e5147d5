// The open alerts: what nobody looks after comes first.
import { setHidden, setText } from "../panel/dom.js";

const part = (root, name) => root.querySelector(`[data-part='${name}']`);

function make(template, alert) {
  const item = template.content.firstElementChild.cloneNode(true);
  item.dataset.alert = alert.id;
  item.dataset.kind = alert.kind;
  part(item, "alert-name").dataset.open = alert.agent ?? "";
  part(item, "alert-name").disabled = alert.agent === null;
  setText(part(item, "alert-name"), alert.name);
  setHidden(part(item, "alert-name"), !alert.name);
  return item;
}

export function drawAlerts(root, alerts, live) {
  const [list, template] = [part(root, "alerts"), part(root, "alert-template")];
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const shown = new Map([...list.children].map((item) => [Number(item.dataset.alert), item]));
  const items = alerts.map((alert) => shown.get(alert.id) ?? make(template, alert));
  if (items.length !== list.children.length || items.some((item, index) => list.children[index] !== item)) {
    list.replaceChildren(...items);
  }
  alerts.forEach((alert, index) => {
    setText(part(items[index], "alert-text"), alert.text);
    setText(part(items[index], "alert-age"), alert.age);
    setText(part(items[index], "alert-taken"), alert.taken);
    setHidden(part(items[index], "alert-taken"), !alert.taken);
    const button = items[index].querySelector("[data-do='acknowledge']");
    setHidden(button, Boolean(alert.taken));
    button.disabled = !live;
  });
  if (focused) keepFocus(focused, part(root, "alerts-title"));
}

// Where what had the focus is gone, or moved, the next best thing has it: never another button that says yes.
function keepFocus(focused, title) {
  const usable = (element) => element?.isConnected && !element.hidden && !element.disabled;
  const name = focused.closest("[data-alert]")?.querySelector("[data-part='alert-name']");
  const next = [focused, name].find(usable) ?? title;
  if (document.activeElement !== next) next.focus({ preventScroll: true });
}

export function newsText(news) {
  if (news.length > 2) return `${news.length} new alerts.`;
  return news.map(({ name, text }) => [name, text].filter(Boolean).join(": ")).join(" ");
}
