import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

/** What the environment says; `cargo xtask test` sets it. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: cargo xtask test sets it`);
  return value;
}

/** The Chromium of this machine, with a microphone that is not real and a camera that shows a film or a test picture. */
export function launch({ camera = "" } = {}) {
  const film = camera ? [`--use-file-for-fake-video-capture=${camera}`] : [];
  return chromium.launch({
    executablePath: process.env.PARLOR_CHROMIUM ?? "/usr/bin/chromium",
    args: [...FLAGS, ...film],
  });
}
