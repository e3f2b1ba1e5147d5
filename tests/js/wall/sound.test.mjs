import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Sound } from "../../../static/wall/sound.js";

let played;
let allowed;

class Context {
  state = "suspended";
  currentTime = 0;
  destination = {};
  async resume() { if (allowed) this.state = "running"; }
  createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} }; }
  createOscillator() { return { frequency: {}, connect: (to) => to, start: () => { played += 1; }, stop() {} }; }
}

beforeEach(() => {
  const kept = new Map();
  [played, allowed] = [0, true];
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) } });
  globalThis.AudioContext = Context;
});

async function remembered() {
  await new Sound().toggle();
  played = 0;
  return new Sound();
}

test("it is off until a press, which lets it be heard; the next press silences it", async () => {
  const sound = new Sound();
  sound.play();
  assert.equal(played, 0);
  await sound.toggle();
  assert.deepEqual([sound.isOn, sound.isMute, played], [true, false, 2]);
  await sound.toggle();
  sound.play();
  assert.deepEqual([sound.isOn, sound.isMute, played], [false, false, 2]);
});

test("what was asked for some other day is mute until a press, and keeps nothing for later", async () => {
  const sound = await remembered();
  sound.play();
  assert.deepEqual([sound.isOn, sound.isMute, played], [true, true, 0]);
  await sound.allow();
  assert.deepEqual([sound.isMute, played], [false, 0]);
  sound.play();
  assert.equal(played, 2);
});

test("the press that allows it does not switch it off", async () => {
  const sound = await remembered();
  await sound.toggle();
  assert.deepEqual([sound.isOn, sound.isMute, played], [true, false, 2]);
});

test("what the browser forbids stays mute", async () => {
  const sound = await remembered();
  allowed = false;
  await sound.allow();
  sound.play();
  assert.deepEqual([sound.isMute, played], [true, 0]);
});
