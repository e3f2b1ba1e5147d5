import assert from "node:assert/strict";
import { test } from "node:test";
import { listen, pressOf } from "../../static/panel/keys.js";

const BUTTONS = [{ name: "one", hotkey: "1" }, { name: "letter", hotkey: "t" }, { name: "none", hotkey: "" }, { name: "sign", hotkey: "?" }];
const within = (tag) => ({ closest: (selector) => (new RegExp(`(^|[ ,])${tag}\\b`).test(selector) ? {} : null) });
const key = (name, more = {}) => pressOf({ key: name, target: within("main"), ...more }, BUTTONS);

test("a hot key plays its button", () => {
  assert.deepEqual(key("1"), { action: "play", button: "one" });
  assert.deepEqual(key("?", { shiftKey: true }), { action: "play", button: "sign" });
  assert.deepEqual(key("T"), { action: "play", button: "letter" });
  assert.equal(key("9"), null);
  assert.equal(key(""), null);
});

test("modifiers, repeats and composing mean something else", () => {
  for (const more of ["ctrlKey", "altKey", "metaKey", "shiftKey", "repeat", "isComposing", "defaultPrevented"]) {
    assert.equal(key("1", { [more]: true }), null, more);
  }
});

test("somebody who types is left alone, except by Escape", () => {
  for (const tag of ["input", "textarea", "select"]) {
    assert.equal(key("1", { target: within(tag) }), null, tag);
    assert.deepEqual(key("Escape", { target: within(tag) }), { action: "stop" });
  }
  assert.equal(key("1", { target: within("main"), composedPath: () => [within("input")] }), null);
});

test("Escape stops without any board, but not again while it is held", () => {
  assert.deepEqual(pressOf({ key: "Escape" }, []), { action: "stop" });
  assert.equal(pressOf({ key: "Escape", repeat: true }, []), null);
});

test("Enter on a button is the button's, whatever the hot keys", () => {
  const board = [{ name: "odd", hotkey: "Enter" }];
  assert.equal(pressOf({ key: "Enter", target: within("button") }, board), null);
  assert.deepEqual(pressOf({ key: "Enter", target: within("main") }, board), { action: "play", button: "odd" });
});

test("listening takes what it uses and nothing else", () => {
  let handler;
  const pressed = [];
  listen({ addEventListener: (_name, work) => { handler = work; } }, () => BUTTONS, (press) => pressed.push(press));
  let prevented = 0;
  const preventDefault = () => { prevented += 1; };
  handler({ key: "1", preventDefault });
  handler({ key: "9", preventDefault });
  assert.deepEqual([pressed.length, prevented], [1, 1]);
});
