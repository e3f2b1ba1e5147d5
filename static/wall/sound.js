// Two short tones for a new alert. Off until somebody asks for it, and remembered for this browser.

const KEY = "clipdeck-wall-sound";
const TONES = [[880, 0], [660, 0.16]];

export class Sound {
  #context = null;

  get isOn() {
    return globalThis.localStorage?.getItem(KEY) === "on";
  }

  // Asked for some other day, and not allowed by the browser yet.
  get isMute() {
    return this.isOn && this.#context?.state !== "running";
  }

  // The press that allows what was asked for some other day does not switch it off.
  async toggle() {
    if (!this.isMute) globalThis.localStorage?.setItem(KEY, this.isOn ? "off" : "on");
    await this.allow();
    this.play();
  }

  // Browsers let a page sound only after somebody pressed something on it; call this on a press.
  async allow() {
    if (!this.isOn) return;
    this.#context ??= new AudioContext();
    if (this.#context.state !== "running") await this.#context.resume();
  }

  // Where it may not sound now, nothing is kept for later: it would tell of what is long past.
  play() {
    if (!this.isOn || this.isMute) return;
    for (const [frequency, after] of TONES) this.#tone(frequency, this.#context.currentTime + after);
  }

  #tone(frequency, at) {
    const [source, volume] = [this.#context.createOscillator(), this.#context.createGain()];
    source.frequency.value = frequency;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
    source.connect(volume).connect(this.#context.destination);
    source.start(at);
    source.stop(at + 0.15);
  }
}
