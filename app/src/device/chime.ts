const RATE = 24_000;
const LENGTH_S = 1.1;
/** A rising chord: C, E, G. */
const NOTES_HZ = [523.25, 659.25, 783.99];

let address = "";

/** A short pleasant sound to test a speaker with, as the address of a WAV file that is made here. */
export function chime(): string {
  address ||= URL.createObjectURL(new Blob([wavOf(samples())], { type: "audio/wav" }));
  return address;
}

function samples(): Int16Array {
  const all = new Int16Array(RATE * LENGTH_S);
  for (let at = 0; at < all.length; at += 1) {
    const time = at / RATE;
    let sum = 0;
    for (const [index, pitch] of NOTES_HZ.entries()) {
      const since = time - index * 0.14;
      if (since > 0) sum += Math.sin(2 * Math.PI * pitch * since) * Math.exp(-4.5 * since) * Math.min(1, since * 80);
    }
    all[at] = sum * 7000;
  }
  return all;
}

/** Mono PCM of 16 bits in a RIFF container. */
export function wavOf(pcm: Int16Array): ArrayBuffer {
  const file = new ArrayBuffer(44 + pcm.length * 2);
  const view = new DataView(file);
  const letters = (at: number, word: string) => {
    for (const [index, char] of [...word].entries()) view.setUint8(at + index, char.charCodeAt(0));
  };
  letters(0, "RIFF");
  view.setUint32(4, 36 + pcm.length * 2, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, pcm.length * 2, true);
  for (const [index, sample] of pcm.entries()) view.setInt16(44 + index * 2, sample, true);
  return file;
}
