// The microphone, as a WAV file: mono, 16 bits, which every server reads.

const LONGEST_S = 60;

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);

/** Begin; the result has `stop()` and a promise of the file. `onSecond` is told the seconds so far. */
export async function record(onSecond) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const pieces = [];
  let seconds = 0;
  const clock = setInterval(() => {
    onSecond(++seconds);
    if (seconds >= LONGEST_S) stop();
  }, 1000);
  const stop = () => recorder.state !== "inactive" && recorder.stop();
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  const file = new Promise((resolve, reject) => {
    recorder.addEventListener("stop", () => {
      clearInterval(clock);
      stream.getTracks().forEach((track) => track.stop());
      toWav(new Blob(pieces)).then(resolve, reject);
    });
  });
  recorder.start();
  return { stop, file };
}

async function toWav(blob) {
  const context = new AudioContext();
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  await context.close();
  return new File([wav(mono(sound), sound.sampleRate)], "recording.wav", { type: "audio/wav" });
}

function mono(sound) {
  const mixed = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    sound.getChannelData(channel).forEach((value, at) => (mixed[at] += value / sound.numberOfChannels));
  }
  return mixed;
}

function wav(samples, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, letters) => [...letters].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((value, at) => view.setInt16(44 + 2 * at, 32767 * Math.max(-1, Math.min(1, value)), true));
  return view.buffer;
}
