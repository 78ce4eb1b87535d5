import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FRAMES = 24;

/** Painted people, so that pictures of the client show nobody's real face. */
const PEOPLE = [
  { wall: ["#e9d8c3", "#c9a98a"], skin: "#f0c3a0", hair: "#5a3a28", shirt: "#2f6f73", long: true, plant: true },
  { wall: ["#cfdbe6", "#93a9c0"], skin: "#eec09a", hair: "#1c1b22", shirt: "#d9dde4", glasses: true },
  { wall: ["#dfe5d2", "#a9b892"], skin: "#c98f68", hair: "#2b1a14", shirt: "#b4553f", long: true, shelf: true },
  { wall: ["#e2dcec", "#a79bc4"], skin: "#f3cdb0", hair: "#b98b4e", shirt: "#39465e", beard: true, shelf: true },
  { wall: ["#f0dfc0", "#cfa967"], skin: "#7d4f36", hair: "#17110f", shirt: "#e2a93b", curls: true, plant: true },
];

/** A film of somebody who nods a little, as the fake camera takes it (Motion JPEG); answers its path. */
export async function portrait(browser, at) {
  const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
  const frames = [];
  for (let frame = 0; frame < FRAMES; frame += 1) {
    await page.setContent(`<style>body{margin:0}</style>${drawn(PEOPLE[at % PEOPLE.length], frame / FRAMES)}`);
    frames.push(await page.screenshot({ type: "jpeg", quality: 90 }));
  }
  await page.close();
  const path = join(tmpdir(), `parlor-portrait-${at}.mjpeg`);
  await writeFile(path, Buffer.concat(frames));
  return path;
}

function drawn({ wall, skin, hair, shirt, long, glasses, beard, curls, plant, shelf }, phase) {
  const sway = Math.sin(phase * 2 * Math.PI) * 3;
  const nod = Math.cos(phase * 2 * Math.PI) * 1.5;
  const back = long ? `<path d="M252 150c-14 70-10 120-22 150h180c-12-30-8-80-22-150Z" fill="${hair}"/>` : "";
  const top = curls
    ? [...Array(9)]
        .map(
          (_, n) => `<circle cx="${252 + n * 17}" cy="${112 - Math.sin((n / 8) * 3.14) * 44}" r="30" fill="${hair}"/>`,
        )
        .join("")
    : `<path d="M256 176c-24-84 14-126 66-126s90 40 66 126c-4-34-14-56-30-66-30 10-62 8-80-2-12 10-20 34-22 68Z" fill="${hair}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360">
    <defs>
      <linearGradient id="wall" x2="1" y2="1"><stop stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/></linearGradient>
      <linearGradient id="light" x2="1"><stop stop-color="#fff" stop-opacity=".22"/><stop offset=".7" stop-color="#000" stop-opacity=".1"/></linearGradient>
    </defs>
    <rect width="640" height="360" fill="url(#wall)"/>
    ${shelf ? `<g opacity=".55"><rect x="450" y="120" width="160" height="8" rx="2" fill="#6b4f3a"/><rect x="466" y="74" width="16" height="46" fill="#8a4b3c"/><rect x="486" y="66" width="12" height="54" fill="#49617b"/><rect x="502" y="80" width="18" height="40" fill="#c79b54"/><rect x="560" y="86" width="34" height="34" rx="17" fill="#7b8f6a"/></g>` : ""}
    ${plant ? `<g opacity=".6" fill="#4f7a55"><path d="M90 300c-50-60-50-120-20-170 20 50 30 100 26 170Z"/><path d="M100 300c-10-80 20-130 60-160 0 60-16 110-50 160Z"/><rect x="66" y="290" width="60" height="80" rx="8" fill="#a8674a"/></g>` : ""}
    <g transform="translate(${sway} ${nod})">
      ${back}
      <path d="M150 370c6-70 60-92 116-98h108c56 6 110 28 116 98Z" fill="${shirt}"/>
      <path d="M288 226h64v44c0 20-14 34-32 34s-32-14-32-34Z" fill="${skin}"/>
      <path d="M288 246c20 14 44 14 64 0v10c-20 16-44 16-64 0Z" fill="#000" opacity=".12"/>
      <ellipse cx="321" cy="168" rx="63" ry="80" fill="${skin}"/>
      ${beard ? `<path d="M260 180c2 60 30 82 61 82s59-22 61-82c-14 34-34 40-61 40s-47-6-61-40Z" fill="${hair}" opacity=".9"/>` : ""}
      ${top}
      <circle cx="298" cy="166" r="6" fill="#2a2020"/><circle cx="346" cy="166" r="6" fill="#2a2020"/>
      <path d="M286 149q12-8 24-1M334 148q12-7 24 1" stroke="${hair}" stroke-width="5" fill="none" stroke-linecap="round"/>
      <path d="M322 170q-6 18 3 22" stroke="#000" stroke-opacity=".2" stroke-width="4" fill="none" stroke-linecap="round"/>
      <path d="M300 213q22 17 44 0" stroke="#8f3d38" stroke-width="6" fill="none" stroke-linecap="round"/>
      ${glasses ? `<g fill="none" stroke="#2d3442" stroke-width="5"><circle cx="297" cy="168" r="21"/><circle cx="347" cy="168" r="21"/><path d="M318 166h8"/></g>` : ""}
    </g>
    <rect width="640" height="360" fill="url(#light)"/>
  </svg>`;
}
