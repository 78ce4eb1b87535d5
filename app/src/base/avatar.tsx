import { useState } from "react";

/** Two colours of a person, always the same for the same id. */
export function hueOf(id: string): number {
  let hash = 2166136261;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) % 360;
}

/** One or two letters that stand for a name; of a Chinese one its last two. */
export function initialsOf(name: string): string {
  const text = name.trim();
  if (/^\p{Script=Han}+$/u.test(text)) return [...text].slice(-2).join("");
  const words = text.split(/[\s._-]+/u).filter(Boolean);
  const [first = "", last = ""] = [words[0], words.length > 1 ? words.at(-1) : ""];
  return ([...first][0] ?? "?").toUpperCase() + ([...(last ?? "")][0] ?? "").toUpperCase();
}

/** A person's picture, or letters on the person's own colour. */
export function Avatar({
  id,
  name,
  picture,
  size = 36,
}: {
  id: string;
  name: string;
  picture?: string;
  size?: number;
}) {
  const [broken, setBroken] = useState(false);
  const hue = hueOf(id);
  const background = `linear-gradient(145deg, oklch(0.66 0.125 ${hue}), oklch(0.48 0.13 ${hue + 32}))`;
  return (
    <span
      className="avatar"
      aria-hidden="true"
      style={{ width: size, height: size, fontSize: Math.max(11, size * 0.37), background }}
    >
      {picture?.startsWith("/") && !broken ? (
        <img src={picture} alt="" onError={() => setBroken(true)} />
      ) : (
        initialsOf(name)
      )}
    </span>
  );
}
