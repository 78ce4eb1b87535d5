/** What the page of the browser test has: the built package, and a record of what its listeners heard. */
import * as parlor from "parlor-web";
import { senses } from "./senses";

export * from "parlor-web";
export { default } from "parlor-web";

const heard: unknown[][] = [];

/** A listener whose every method writes its name and arguments down. */
function recorder(who: string): never {
  return new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) => {
          heard.push([who, String(name), ...args]);
        },
      has: () => true,
    },
  ) as never;
}

/** Calls, and answers the result or the error as plain values. */
async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    const result = (await work()) as { code?: number } | undefined;
    return { code: result?.code ?? 0 };
  } catch (error) {
    const { code, message, codeName } = error as { code?: number; message: string; codeName?: string };
    return { code: code ?? "none", codeName, message };
  }
}

/** A sine tone of so many seconds, as the address of a WAV file. */
function toneOf(seconds: number): string {
  const rate = 8_000;
  const wav = new DataView(new ArrayBuffer(44 + rate * seconds));
  const text = (at: number, word: string) => [...word].forEach((c, i) => void wav.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  wav.setUint32(4, 36 + rate * seconds, true);
  text(8, "WAVEfmt ");
  wav.setUint32(16, 16, true);
  // PCM, one channel, eight bits.
  wav.setUint16(20, 1, true);
  wav.setUint16(22, 1, true);
  wav.setUint32(24, rate, true);
  wav.setUint32(28, rate, true);
  wav.setUint16(32, 1, true);
  wav.setUint16(34, 8, true);
  text(36, "data");
  wav.setUint32(40, rate * seconds, true);
  for (let i = 0; i < rate * seconds; i += 1) wav.setUint8(44 + i, 128 + 60 * Math.sin((2 * Math.PI * 440 * i) / rate));
  return URL.createObjectURL(new Blob([wav.buffer], { type: "audio/wav" }));
}

Object.assign(window, { parlor, heard, recorder, outcome, toneOf, senses });
