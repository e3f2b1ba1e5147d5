// Draws floor.json, and sends what the buttons say.

import { byId, element, send, setData, setText } from "./dom.js";
import { drawDialers, drawSettings } from "./settings.js";

const POLL_MS = 300;
const GIVE_UP_MS = 3000;

const cards = new Map();

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

async function press(user, verb) {
  const refusal = await send(`agents/${encodeURIComponent(user)}/${verb}`);
  const part = cards.get(user);
  if (part) setText(part.refusal, refusal);
  await refresh();
}

function button(user, verb, label) {
  const node = element("button", { type: "button", "data-verb": verb }, label);
  node.addEventListener("click", () => press(user, node.dataset.verb));
  return node;
}

function makeCard(agent) {
  const { user } = agent;
  const part = {
    name: element("span", {}, agent.name),
    status: element("span", { class: "status", "data-status": "" }),
    session: element("span", { class: "session" }),
    hears: element("p", { class: "hears", "data-hears": "" }),
    clips: element("div", { class: "clips" }),
    recordings: element("ul", { class: "recordings", "data-recordings": "" }),
    rows: element("ul", { class: "recordings", "data-rows": "" }),
    refusal: element("p", { class: "refusal", role: "status" }),
    call: button(user, "call", "Put on a call"),
    pause: button(user, "pause", "Pause"),
    login: button(user, "logout", "Log out"),
    screen: button(user, "freeze", "Freeze screen"),
    tab: button(user, "hide", "Hide tab"),
    park: button(user, "park", "Park"),
    gone: button(user, "customer-gone", "Customer hangs up"),
    end: button(user, "end-call", "Hang up, disposition open"),
    dispose: button(user, "dispose", "Set disposition"),
    undisposed: button(user, "hangup-undisposed", "Hang up without disposition"),
    transfer: button(user, "transfer", "Transfer"),
    threeWay: button(user, "three-way", "3-way with another agent"),
    crash: button(user, "crash", "Crash the browser"),
    emergency: button(user, "emergency-logout", "Emergency log-out"),
  };
  const more = element(
    "details",
    { class: "more" },
    element("summary", {}, "More"),
    element(
      "div",
      { class: "buttons" },
      part.gone,
      part.end,
      part.dispose,
      part.undisposed,
      part.park,
      part.transfer,
      part.threeWay,
      button(user, "call-inbound", "Inbound call"),
      button(user, "call-unknown", "Call that no log knows"),
      button(user, "call-recorded", "Call recorded in mono"),
      part.tab,
      part.crash,
      part.emergency,
      button(user, "unlist", "Hide from the floor list, or show"),
      button(user, "name-with-bar", "Bar in the name, or none"),
    ),
  );
  part.card = element(
    "article",
    { class: "card", "data-agent": user, "aria-label": `${agent.name}, agent ${user}` },
    element("div", { class: "head" }, element("h3", {}, part.name, " ", element("small", {}, user)), part.status),
    element("p", { class: "label" }, "The customer hears"),
    part.hears,
    part.clips,
    element("p", { class: "label" }, "Really recorded"),
    part.recordings,
    element("p", { class: "label" }, "In VICIdial's tables"),
    part.rows,
    element("div", { class: "buttons" }, part.call, part.pause, part.login, part.screen),
    more,
    part.refusal,
    part.session,
  );
  return part;
}

function hears(agent) {
  const audible = agent.customer ? agent.clips.filter((clip) => !clip.paused) : [];
  if (audible.length) return audible.map((clip) => clip.clip).join(" + ");
  if (agent.clips.some((clip) => clip.paused)) return "silence (paused)";
  if (agent.clips.length) return "silence (plays to nobody)";
  return agent.sub_status === "PARK" ? "hold music" : "silence";
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

function drawList(list, lines) {
  const all = lines.length ? lines : [["none", "quiet"]];
  while (list.children.length > all.length) list.lastChild.remove();
  all.forEach(([text, look], index) => {
    const item = list.children[index] ?? list.appendChild(element("li"));
    setText(item, text);
    item.className = look;
  });
}

function recordingLine(entry) {
  const mode = entry.mode ? ` · ${entry.mode}` : "";
  return [`● ${entry.kind} ${entry.id}${mode} · ${entry.filename} · ${clock(entry.elapsed)}`, "running"];
}

function tableLines(agent) {
  const rows = agent.rows.map((row) =>
    row.stale ? [`row ${row.id}: left over, nothing records`, "stale"] : [`row ${row.id}: active`, "quiet"],
  );
  const wish = agent.waits ? `wish ${agent.wish}: waits for the screen` : `wish column: ${agent.wish}`;
  return agent.wish ? [...rows, [wish, agent.waits ? "stale" : "quiet"]] : rows;
}

function sessionLine(agent) {
  const call = agent.call && `lead ${agent.call.lead_id} on ${agent.call.channel}${agent.call.inbound ? ", inbound" : ""}`;
  const screen = [
    agent.crashed && "browser crashed",
    agent.frozen && "screen frozen",
    agent.hidden && "tab hidden",
  ];
  return [`Session ${agent.session_id}`, agent.campaign, call, ...screen].filter(Boolean).join(" · ");
}

function toggle(node, isOn, on, off) {
  setText(node, isOn ? on[1] : off[1]);
  setData(node, "verb", isOn ? on[0] : off[0]);
}

function drawButtons(part, agent) {
  const onCall = agent.call !== null;
  const hasCustomer = onCall && !agent.customer_gone;
  toggle(part.call, onCall, ["hangup", "Hang up"], ["call", "Put on a call"]);
  toggle(part.login, agent.logged_in && !agent.crashed, ["logout", "Log out"], ["login", "Log in"]);
  toggle(part.screen, agent.frozen, ["unfreeze", "Unfreeze screen"], ["freeze", "Freeze screen"]);
  toggle(part.tab, agent.hidden, ["show", "Show tab"], ["hide", "Hide tab"]);
  toggle(part.park, agent.sub_status === "PARK", ["retrieve", "Take from hold"], ["park", "Park"]);
  part.pause.disabled = !agent.logged_in || agent.status === "PAUSED";
  for (const node of [part.screen, part.tab, part.emergency]) node.disabled = !agent.logged_in;
  part.crash.disabled = !agent.logged_in || agent.crashed;
  for (const node of [part.gone, part.park, part.transfer, part.threeWay]) node.disabled = !hasCustomer;
  for (const node of [part.end, part.undisposed]) node.disabled = !onCall;
  part.dispose.disabled = !agent.disposing;
}

function drawCard(agent) {
  let part = cards.get(agent.user);
  if (!part) {
    part = makeCard(agent);
    cards.set(agent.user, part);
    byId("agents").append(part.card);
  }
  const text = hears(agent);
  setText(part.name, agent.name);
  setText(part.status, [agent.status, agent.sub_status].filter(Boolean).join(", "));
  setData(part.status, "status", agent.status);
  setText(part.hears, text);
  setData(part.hears, "sound", text.startsWith("silence") || text === "hold music" ? "no" : "yes");
  setText(part.session, sessionLine(agent));
  drawClips(part.clips, agent.clips);
  drawList(part.recordings, agent.recordings.map(recordingLine));
  drawList(part.rows, tableLines(agent));
  drawButtons(part, agent);
  setData(part.card, "frozen", agent.frozen || agent.crashed || agent.hidden);
}

function verdict(request) {
  if (request.fault) return "fault";
  if (request.status !== 200) return "error";
  return /^(SUCCESS|NOTICE|ERROR): /m.exec(request.body)?.[1].toLowerCase() ?? "other";
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
  drawDialers(floor.dialers, floor.dialer);
  drawSettings(floor.settings, refresh);
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
    const answer = await fetch("floor.json", { signal: AbortSignal.timeout(GIVE_UP_MS) });
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

byId("script").addEventListener("click", async () => {
  await send("script/");
  await refresh();
});
poll();
