// Draws /floor.json. Everything from the server goes in as text, never as markup: the requests
// shown here hold whatever their senders liked.

const POLL_MS = 300;
const GIVE_UP_MS = 3000;

const cards = new Map();
const byId = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function setData(node, name, value) {
  if (node.dataset[name] !== String(value)) node.dataset[name] = value;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

async function press(user, verb) {
  try {
    await fetch(`/agents/${encodeURIComponent(user)}/${verb}`, { method: "POST" });
  } catch {
    // The poll that follows shows that the simulator is gone.
  }
  await refresh();
}

function button(user, verb, label) {
  const node = element("button", { type: "button", "data-verb": verb }, label);
  node.addEventListener("click", () => press(user, node.dataset.verb));
  return node;
}

function makeCard(agent) {
  const part = {
    status: element("span", { class: "status", "data-status": "" }),
    session: element("span", { class: "session" }),
    hears: element("p", { class: "hears", "data-hears": "" }),
    clips: element("div", { class: "clips" }),
    recordings: element("ul", { class: "recordings", "data-recordings": "" }),
    call: button(agent.user, "call", "Put on a call"),
    pause: button(agent.user, "pause", "Pause"),
    login: button(agent.user, "logout", "Log out"),
    screen: button(agent.user, "freeze", "Freeze screen"),
  };
  const title = element("h3", {}, agent.name, " ", element("small", {}, agent.user));
  part.card = element(
    "article",
    { class: "card", "data-agent": agent.user, "aria-label": `${agent.name}, agent ${agent.user}` },
    element("div", { class: "head" }, title, part.status),
    element("p", { class: "label" }, "The customer hears"),
    part.hears,
    part.clips,
    element("p", { class: "label" }, "Recordings"),
    part.recordings,
    element("div", { class: "buttons" }, part.call, part.pause, part.login, part.screen),
    part.session,
  );
  return part;
}

function hears(agent) {
  const audible = agent.customer ? agent.clips.filter((clip) => !clip.paused) : [];
  if (audible.length) return audible.map((clip) => clip.clip).join(" + ");
  if (agent.clips.some((clip) => clip.paused)) return "silence (paused)";
  if (agent.clips.length) return "silence (plays to nobody)";
  return "silence";
}

function drawClips(box, clips) {
  while (box.children.length > clips.length) box.lastChild.remove();
  clips.forEach((clip, index) => {
    let row = box.children[index];
    if (!row) {
      const bar = element("progress", { max: "1", value: "0" });
      row = element("div", { class: "clip" }, element("span"), element("span"), bar);
      box.append(row);
    }
    const [name, time, bar] = row.children;
    setData(row, "paused", clip.paused);
    setText(name, clip.paused ? `❚❚ ${clip.clip} (paused)` : `▶ ${clip.clip}`);
    setText(time, `${clock(clip.position)} / ${clock(clip.length)}`);
    bar.setAttribute("aria-label", clip.clip);
    bar.value = clip.length ? clip.position / clip.length : 0;
  });
}

function drawRecordings(list, agent) {
  const lines = agent.recordings.map(
    (entry) => `● ${entry.kind} ${entry.id} · ${entry.filename} · ${clock(entry.elapsed)}`,
  );
  const wishes = agent.wishes.map((wish) => `… asked for: ${wish}`);
  const all = [...lines, ...wishes];
  if (!all.length) all.push("none");
  while (list.children.length > all.length) list.lastChild.remove();
  all.forEach((text, index) => {
    const item = list.children[index] ?? list.appendChild(element("li"));
    setText(item, text);
    item.className = index < lines.length ? "running" : "quiet";
  });
}

function drawCard(agent) {
  let part = cards.get(agent.user);
  if (!part) {
    part = makeCard(agent);
    cards.set(agent.user, part);
    byId("agents").append(part.card);
  }
  const onCall = agent.status === "INCALL";
  const text = hears(agent);
  setText(part.status, agent.customer_gone ? "INCALL, customer gone" : agent.status);
  setData(part.status, "status", agent.status);
  setText(part.hears, text);
  setData(part.hears, "sound", text.startsWith("silence") ? "no" : "yes");
  setText(part.session, `Session ${agent.session_id}${agent.frozen ? " · screen frozen" : ""}`);
  drawClips(part.clips, agent.clips);
  drawRecordings(part.recordings, agent);
  setText(part.call, onCall ? "Hang up" : "Put on a call");
  setData(part.call, "verb", onCall ? "hangup" : "call");
  setText(part.login, agent.logged_in ? "Log out" : "Log in");
  setData(part.login, "verb", agent.logged_in ? "logout" : "login");
  setText(part.screen, agent.frozen ? "Unfreeze screen" : "Freeze screen");
  setData(part.screen, "verb", agent.frozen ? "unfreeze" : "freeze");
  part.pause.disabled = !agent.logged_in || agent.status === "PAUSED";
  part.screen.disabled = !agent.logged_in;
  setData(part.card, "frozen", agent.frozen);
}

function verdict(request) {
  if (request.fault) return "fault";
  if (request.status !== 200) return "error";
  return /^(SUCCESS|NOTICE|ERROR): /.exec(request.body)?.[1].toLowerCase() ?? "other";
}

function requestRow(request) {
  const time = new Date(request.time * 1000).toLocaleTimeString([], { hour12: false });
  const fault = request.fault ? ` [fault: ${request.fault}]` : "";
  const status = request.status === 200 ? "" : `HTTP ${request.status} `;
  const answer = `${status}${request.body || "(empty)"}${fault}`;
  return element(
    "tr",
    { "data-request": request.number, "data-verdict": verdict(request) },
    element("td", {}, time),
    element("td", {}, request.agent_user || "–"),
    element("td", {}, request.function || "–"),
    element("td", {}, request.words || "–"),
    element("td", { class: "answer", title: answer }, answer),
  );
}

function drawRequests(requests) {
  const body = byId("requests");
  const newest = body.firstElementChild?.dataset.request ?? "";
  byId("no-requests").hidden = requests.length > 0;
  if (String(requests[0]?.number ?? "") !== newest) body.replaceChildren(...requests.map(requestRow));
}

function draw(floor) {
  floor.agents.forEach(drawCard);
  const more = floor.agent_count - floor.agents.length;
  setText(byId("agent-count"), more > 0 ? `${floor.agent_count}, the first ${floor.agents.length} shown` : String(floor.agent_count));
  setText(byId("request-count"), `${floor.total} in all`);
  drawRequests(floor.requests);
}

function link(state, text) {
  setData(byId("link"), "link", state);
  setText(byId("link"), text);
}

async function refresh() {
  try {
    const answer = await fetch("/floor.json", { signal: AbortSignal.timeout(GIVE_UP_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    draw(await answer.json());
    link("live", "Live");
  } catch {
    link("lost", "The simulator does not answer; what you see is old.");
  }
}

async function poll() {
  await refresh();
  setTimeout(poll, POLL_MS);
}

poll();
