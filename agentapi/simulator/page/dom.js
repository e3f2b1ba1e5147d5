// Small helpers. Everything from the server goes in as text, never as markup: it holds whatever its senders liked.

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setData(node, name, value) {
  if (node.dataset[name] !== String(value)) node.dataset[name] = value;
}

// Addresses are relative: each dialer of the simulator has its page behind its own name.
export async function send(path) {
  try {
    const answer = await fetch(path, { method: "POST" });
    return answer.ok ? "" : (await answer.text()).trim();
  } catch {
    // The poll that follows shows that the simulator is gone.
    return "";
  }
}
