// What fake cameras and microphones give: a film that flashes once in its period, and a sound that begins with a tone.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How often both come again. */
export const PERIOD_MS = 2_000;
const [WIDTH, HEIGHT, RATE] = [640, 360, 15];
const FRAMES = (RATE * PERIOD_MS) / 1000;
/** So many pictures are white. */
const FLASH = 2;
const HZ = 48_000;
const TONE_MS = 120;

/** A moving pattern, dark but for its flash: Y4M, 4:2:0. */
function film() {
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${RATE}:1 Ip A1:1 C420jpeg\n`)];
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const luma = Buffer.alloc(WIDTH * HEIGHT, 235);
    const turn = (2 * Math.PI * frame) / FRAMES;
    for (let y = 0; frame >= FLASH && y < HEIGHT; y += 1) {
      for (let x = 0; x < WIDTH; x += 1) {
        const wave = Math.sin(x / 23 + turn * 3) + Math.sin(y / 17 - turn * 2) + Math.sin((x + y) / 7 + turn * 5);
        luma[y * WIDTH + x] = 70 + 15 * wave;
      }
    }
    parts.push(Buffer.from("FRAME\n"), luma, chroma);
  }
  return Buffer.concat(parts);
}

/** One tone and then next to nothing: WAV, one channel, sixteen bits. */
function sound(hz) {
  const samples = (HZ * PERIOD_MS) / 1000;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(HZ, 24);
  wav.writeUInt32LE(HZ * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) {
    const isTone = at < (HZ * TONE_MS) / 1000;
    wav.writeInt16LE(isTone ? Math.round(20_000 * Math.sin((2 * Math.PI * hz * at) / HZ)) : 0, 44 + at * 2);
  }
  return wav;
}

/** Files of a film and of one sound for each tone, and the flags that make them a camera and a microphone. */
export async function films(tones) {
  const folder = await mkdtemp(join(tmpdir(), "parlor-film-"));
  const picture = join(folder, "film.y4m");
  await writeFile(picture, film());
  const flags = [];
  for (const hz of tones) {
    const file = join(folder, `${hz}.wav`);
    await writeFile(file, sound(hz));
    flags.push([`--use-file-for-fake-video-capture=${picture}`, `--use-file-for-fake-audio-capture=${file}`]);
  }
  return { flags, end: () => rm(folder, { recursive: true }) };
}
