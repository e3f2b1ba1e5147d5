// Two short tones for a new alert. Off until somebody asks for it, and remembered for this browser.

const KEY = "clipdeck-wall-sound";
const TONES = [[880, 0], [660, 0.16]];

export class Sound {
  #context = null;

  get isOn() {
    return globalThis.localStorage?.getItem(KEY) === "on";
  }

  // Browsers let a page sound only after somebody pressed something on it; this press is one.
  toggle() {
    globalThis.localStorage?.setItem(KEY, this.isOn ? "off" : "on");
    if (this.isOn) this.play();
    return this.isOn;
  }

  play() {
    if (!this.isOn) return;
    this.#context ??= new AudioContext();
    this.#context.resume();
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
